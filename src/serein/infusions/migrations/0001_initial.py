import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('monitoring', '0001_initial'),
        ('patients', '0001_initial'),
        ('plans', '0001_initial'),
        ('scheduling', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Discharge',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('is_against_advice', models.BooleanField()),
                ('answers', models.JSONField()),
                ('conditions', models.JSONField()),
                ('aldrete_version', models.CharField(blank=True, max_length=120)),
                ('escort_name', models.CharField(blank=True, max_length=120)),
                ('contact_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('is_against_advice', False), models.Q(('reason', ''), _negated=True), _connector='OR'), name='leaving_against_advice_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='InfusionSession',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('chair_name', models.CharField(max_length=80)),
                ('number', models.PositiveSmallIntegerField()),
                ('infusions', models.PositiveSmallIntegerField()),
                ('state', models.CharField(default='booked', max_length=30)),
                ('mg_per_kg', models.DecimalField(decimal_places=4, max_digits=12)),
                ('weight_kg', models.DecimalField(decimal_places=3, max_digits=12)),
                ('actual_weight_kg', models.DecimalField(decimal_places=2, max_digits=12)),
                ('weight_basis', models.CharField(max_length=20)),
                ('ordered_mg', models.DecimalField(decimal_places=6, max_digits=12)),
                ('ceiling_mg', models.DecimalField(decimal_places=3, max_digits=12)),
                ('vial_mg_per_ml', models.DecimalField(decimal_places=3, max_digits=12)),
                ('drug_ml', models.DecimalField(decimal_places=2, max_digits=12)),
                ('bag_mg_per_ml', models.DecimalField(decimal_places=6, max_digits=12)),
                ('rate_ml_per_h', models.DecimalField(decimal_places=1, max_digits=12)),
                ('minutes', models.PositiveSmallIntegerField()),
                ('checked_in_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.appointment')),
                ('chair', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.chair')),
                ('discharge', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='session', to='infusions.discharge')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
                ('period', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='monitoring.monitoringperiod')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plans.treatmentplan')),
                ('plan_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plans.planversion')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'checked_in_at'], name='session_by_patient'), models.Index(fields=['site', 'checked_in_at'], name='session_by_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['booked', 'cancelled', 'checked_in', 'discharged', 'left_against_advice', 'paused', 'ready', 'recovering', 'running'])), name='session_state_is_known'), models.CheckConstraint(condition=models.Q(('bag_mg_per_ml__gt', 0), ('minutes__gt', 0), ('number__gt', 0), ('ordered_mg__gt', 0), ('rate_ml_per_h__gt', 0), ('vial_mg_per_ml__gt', 0), ('weight_kg__gt', 0)), name='session_amounts_are_positive'), models.CheckConstraint(condition=models.Q(models.Q(('started_at__isnull', False), ('state__in', ['discharged', 'left_against_advice', 'paused', 'recovering', 'running'])), models.Q(models.Q(('state__in', ['discharged', 'left_against_advice', 'paused', 'recovering', 'running']), _negated=True), ('started_at__isnull', True)), _connector='OR'), name='session_runs_only_with_a_start'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['discharged', 'left_against_advice', 'recovering']), ('stopped_at__isnull', False)), models.Q(models.Q(('state__in', ['discharged', 'left_against_advice', 'recovering']), _negated=True), ('stopped_at__isnull', True)), _connector='OR'), name='session_recovers_only_after_a_stop'), models.CheckConstraint(condition=models.Q(models.Q(('discharge__isnull', False), ('state__in', ['discharged', 'left_against_advice'])), models.Q(models.Q(('state__in', ['discharged', 'left_against_advice']), _negated=True), ('discharge__isnull', True)), _connector='OR'), name='session_goes_home_with_a_discharge'), models.CheckConstraint(condition=models.Q(models.Q(('started_at__isnull', True), ('started_at__gte', models.F('checked_in_at')), _connector='OR'), models.Q(('stopped_at__isnull', True), ('stopped_at__gte', models.F('started_at')), _connector='OR')), name='session_times_are_in_order'), models.UniqueConstraint(condition=models.Q(('state__in', ['checked_in', 'paused', 'ready', 'recovering', 'running'])), fields=('chair',), name='session_one_open_per_chair'), models.UniqueConstraint(condition=models.Q(('state__in', ['checked_in', 'paused', 'ready', 'recovering', 'running'])), fields=('patient',), name='session_one_open_per_patient'), models.UniqueConstraint(condition=models.Q(('state', 'cancelled'), _negated=True), fields=('appointment',), name='session_one_per_appointment')],
            },
        ),
        migrations.CreateModel(
            name='GateOverride',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('item_code', models.CharField(max_length=30)),
                ('basis', models.TextField()),
                ('because', models.TextField()),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='infusions.infusionsession')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='override_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='ChecklistAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('place', models.PositiveIntegerField()),
                ('code', models.CharField(max_length=30)),
                ('value', models.CharField(max_length=80)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='infusions.infusionsession')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('session', 'place'), name='answer_one_per_place')],
            },
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField()),
                ('occurred_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='infusions.infusionsession')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='remark_says_something')],
            },
        ),
        migrations.CreateModel(
            name='SecondCheck',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('vial_mg_per_ml', models.DecimalField(decimal_places=3, max_digits=12)),
                ('dose_mg', models.DecimalField(decimal_places=6, max_digits=12)),
                ('drug_ml', models.DecimalField(decimal_places=2, max_digits=12)),
                ('rate_ml_per_h', models.DecimalField(decimal_places=1, max_digits=12)),
                ('prepared_by_id', models.CharField(max_length=36)),
                ('checked_by_id', models.CharField(max_length=36)),
                ('checked_by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='infusions.infusionsession')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('checked_by_id', models.F('prepared_by_id')), _negated=True), name='check_is_by_another_person')],
            },
        ),
        migrations.CreateModel(
            name='SessionEvent',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('place', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=10)),
                ('occurred_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('rate_ml_per_h', models.DecimalField(decimal_places=1, max_digits=6, null=True)),
                ('reason', models.TextField(blank=True)),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='infusions.infusionsession')),
                ('supersedes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='infusions.sessionevent')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['pause', 'rate', 'resume', 'start', 'stop'])), name='event_kind_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['rate', 'resume', 'start']), ('rate_ml_per_h__gt', 0), ('rate_ml_per_h__isnull', False)), models.Q(models.Q(('kind__in', ['rate', 'resume', 'start']), _negated=True), ('rate_ml_per_h__isnull', True)), _connector='OR'), name='event_has_a_rate_where_it_needs_one'), models.CheckConstraint(condition=models.Q(('supersedes__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='event_correction_has_a_reason'), models.UniqueConstraint(condition=models.Q(('supersedes__isnull', True)), fields=('session', 'place'), name='event_one_per_place'), models.UniqueConstraint(condition=models.Q(('kind', 'start'), ('supersedes__isnull', True)), fields=('session',), name='event_one_start'), models.UniqueConstraint(condition=models.Q(('kind', 'stop'), ('supersedes__isnull', True)), fields=('session',), name='event_one_stop')],
            },
        ),
        migrations.CreateModel(
            name='SessionNote',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField()),
                ('signed_at', models.DateTimeField()),
                ('signed_by_id', models.CharField(max_length=36)),
                ('signed_by_name', models.CharField(max_length=200)),
                ('signed_by_role', models.CharField(max_length=30)),
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='note', to='infusions.infusionsession')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Addendum',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('note', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='addenda', to='infusions.sessionnote')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='addendum_says_something')],
            },
        ),
        migrations.CreateModel(
            name='SessionTransition',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('from_state', models.CharField(max_length=30)),
                ('move', models.CharField(max_length=30)),
                ('to_state', models.CharField(max_length=30)),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='infusions.infusionsession')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
