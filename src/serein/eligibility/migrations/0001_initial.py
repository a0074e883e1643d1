import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('patients', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ScreeningRound',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('content_version', models.CharField(max_length=40)),
                ('asked_at', models.DateTimeField()),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('patient', 'number'), name='eligibility_round_number_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='eligibility_round_from_1')],
            },
        ),
        migrations.CreateModel(
            name='ScreeningAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('question_code', models.CharField(max_length=60)),
                ('value', models.CharField(max_length=20)),
                ('note', models.TextField(blank=True)),
                ('is_confirmed', models.BooleanField(default=False)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='eligibility.screeninground')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('round', 'question_code'), name='eligibility_answer_once_a_round'), models.CheckConstraint(condition=models.Q(('value__in', ['yes', 'no', 'unknown', 'not_applicable'])), name='eligibility_answer_known_value'), models.CheckConstraint(condition=models.Q(models.Q(('value', 'not_applicable'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='eligibility_not_applicable_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='Determination',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('outcome', models.CharField(max_length=30)),
                ('reason', models.TextField(blank=True)),
                ('conditions', models.TextField(blank=True)),
                ('patient_reason', models.TextField(blank=True)),
                ('recheck_date', models.DateField(null=True)),
                ('override_reason', models.TextField(blank=True)),
                ('advised', models.CharField(blank=True, max_length=30)),
                ('findings', models.JSONField(default=list)),
                ('overridden', models.JSONField(default=list)),
                ('is_override', models.BooleanField(default=False)),
                ('rule_set_version', models.CharField(max_length=80)),
                ('determined_at', models.DateTimeField()),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('by_role', models.CharField(max_length=30)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('patient', 'number'), name='eligibility_determination_number_once'), models.CheckConstraint(condition=models.Q(('outcome__in', ['eligible', 'eligible_with_conditions', 'hold', 'not_eligible'])), name='eligibility_outcome_known'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'eligible_with_conditions'), _negated=True), models.Q(('conditions', ''), _negated=True), _connector='OR'), name='eligibility_conditions_are_listed'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'hold'), _negated=True), models.Q(('recheck_date__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='eligibility_hold_has_reason_and_date'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'not_eligible'), _negated=True), models.Q(models.Q(('reason', ''), _negated=True), models.Q(('patient_reason', ''), _negated=True)), _connector='OR'), name='eligibility_refusal_has_both_reasons'), models.CheckConstraint(condition=models.Q(('is_override', False), models.Q(('override_reason', ''), _negated=True), _connector='OR'), name='eligibility_override_has_reason')],
            },
        ),
    ]
