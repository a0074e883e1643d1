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
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('instrument_code', models.CharField(max_length=30)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('invited_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('state', models.CharField(default='open', max_length=20)),
                ('asked_again_at', models.DateTimeField(null=True)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'invited_at'], name='link_by_patient'), models.Index(fields=['state', 'asked_again_at'], name='link_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'used', 'asked_again', 'replaced', 'withdrawn'])), name='link_state_known'), models.CheckConstraint(condition=models.Q(('instrument_code__in', ['pcl5-month', 'pcl5-week', 'phq9', 'gad7', 'pc-ptsd-5'])), name='link_instrument_known'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('invited_at'))), name='link_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'asked_again'), _negated=True), ('asked_again_at__isnull', False), _connector='OR'), name='link_asked_again_has_moment')],
            },
        ),
        migrations.CreateModel(
            name='InvitationTransition',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('from_state', models.CharField(max_length=30)),
                ('move', models.CharField(max_length=30)),
                ('to_state', models.CharField(max_length=30)),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='assessments.invitation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Response',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('instrument_code', models.CharField(max_length=30)),
                ('instrument_version', models.CharField(max_length=30)),
                ('respondent', models.CharField(max_length=10)),
                ('occurred_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('state', models.CharField(default='open', max_length=20)),
                ('invitation', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='response', to='assessments.invitation')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'instrument_code', 'occurred_at'], name='response_by_patient')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'sent', 'in_error'])), name='response_state_known'), models.CheckConstraint(condition=models.Q(('respondent__in', ['patient', 'staff', 'phone'])), name='response_respondent_known'), models.CheckConstraint(condition=models.Q(('instrument_code__in', ['pcl5-month', 'pcl5-week', 'phq9', 'gad7', 'pc-ptsd-5'])), name='response_instrument_known'), models.CheckConstraint(condition=models.Q(('invitation__isnull', True), ('respondent', 'patient'), _connector='OR'), name='response_by_link_is_the_patients')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('sequence', models.PositiveSmallIntegerField()),
                ('item_number', models.PositiveSmallIntegerField()),
                ('value', models.PositiveSmallIntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='assessments.response')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('response', 'sequence'), name='answer_sequence_once'), models.CheckConstraint(condition=models.Q(('value__isnull', True), ('value__lte', 4), _connector='OR'), name='answer_value_range'), models.CheckConstraint(condition=models.Q(('item_number__lte', 20)), name='answer_item_range')],
            },
        ),
        migrations.CreateModel(
            name='ResponseTransition',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('from_state', models.CharField(max_length=30)),
                ('move', models.CharField(max_length=30)),
                ('to_state', models.CharField(max_length=30)),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='assessments.response')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SafetyAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('answer', models.CharField(max_length=20)),
                ('at', models.DateTimeField()),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='safety_answers', to='assessments.response')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('answer__in', ['yes', 'no', 'not_sure', 'rather_not_say'])), name='safety_answer_known')],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('total', models.DecimalField(decimal_places=1, max_digits=4, null=True)),
                ('is_prorated', models.BooleanField(default=False)),
                ('clusters', models.JSONField(default=dict)),
                ('provisional', models.CharField(blank=True, max_length=15)),
                ('missing', models.JSONField(default=list)),
                ('is_inconsistent', models.BooleanField(default=False)),
                ('response', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='score', to='assessments.response')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('total__isnull', True), ('total__gte', 0), _connector='OR'), name='score_total_not_negative'), models.CheckConstraint(condition=models.Q(('is_prorated', False), ('total__isnull', False), _connector='OR'), name='score_prorated_has_total'), models.CheckConstraint(condition=models.Q(('provisional__in', ['', 'yes', 'no', 'indeterminate'])), name='score_provisional_known')],
            },
        ),
    ]
