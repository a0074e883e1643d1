import django.db.models.deletion
import uuid_utils.compat
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('patients', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='MonitoringPeriod',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('opened_at', models.DateTimeField()),
                ('opened_by_id', models.CharField(max_length=36)),
                ('opened_by_name', models.CharField(max_length=200)),
                ('started_at', models.DateTimeField(null=True)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('post_for_min', models.PositiveSmallIntegerField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'opened_at'], name='period_by_patient')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('patient',), name='period_one_open_per_patient'), models.CheckConstraint(condition=models.Q(('started_at__isnull', True), ('opened_at__isnull', True), ('started_at__gte', models.F('opened_at')), _connector='OR'), name='period_opens_before_start'), models.CheckConstraint(condition=models.Q(('stopped_at__isnull', True), ('started_at__isnull', True), ('stopped_at__gte', models.F('started_at')), _connector='OR'), name='period_starts_before_stop'), models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), ('stopped_at__isnull', True), ('closed_at__gte', models.F('stopped_at')), _connector='OR'), name='period_stops_before_close'), models.CheckConstraint(condition=models.Q(('stopped_at__isnull', True), ('started_at__isnull', False), _connector='OR'), name='period_stop_needs_start'), models.CheckConstraint(condition=models.Q(('post_for_min__gte', 15), ('post_for_min__lte', 480)), name='period_post_minutes_sensible')],
            },
        ),
        migrations.CreateModel(
            name='MonitoringPause',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('from_at', models.DateTimeField()),
                ('to_at', models.DateTimeField(null=True)),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pauses', to='monitoring.monitoringperiod')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('to_at__isnull', True)), fields=('period',), name='pause_one_open'), models.CheckConstraint(condition=models.Q(('to_at__isnull', True), ('from_at__isnull', True), ('to_at__gte', models.F('from_at')), _connector='OR'), name='pause_begins_before_end')],
            },
        ),
        migrations.CreateModel(
            name='VitalSet',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('client_key', models.UUIDField(unique=True)),
                ('root_id', models.UUIDField()),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('is_withdrawn', models.BooleanField(default=False)),
                ('occurred_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('source', models.CharField(max_length=10)),
                ('phase', models.CharField(max_length=10)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('was_confirmed', models.BooleanField(default=False)),
                ('sbp_mmhg', models.PositiveSmallIntegerField(null=True)),
                ('dbp_mmhg', models.PositiveSmallIntegerField(null=True)),
                ('hr_bpm', models.PositiveSmallIntegerField(null=True)),
                ('spo2_percent', models.PositiveSmallIntegerField(null=True)),
                ('rr_per_min', models.PositiveSmallIntegerField(null=True)),
                ('moaas', models.PositiveSmallIntegerField(null=True)),
                ('moaas_version', models.CharField(blank=True, max_length=60)),
                ('nausea', models.PositiveSmallIntegerField(null=True)),
                ('distress', models.PositiveSmallIntegerField(null=True)),
                ('temperature_c', models.DecimalField(decimal_places=1, max_digits=3, null=True)),
                ('signs', models.CharField(blank=True, max_length=200)),
                ('no_signal', models.CharField(blank=True, max_length=60)),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vitals', to='monitoring.monitoringperiod')),
                ('supersedes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='monitoring.vitalset')),
            ],
            options={
                'indexes': [models.Index(fields=['period', 'occurred_at'], name='vitals_by_time')],
                'constraints': [models.CheckConstraint(condition=models.Q(('sbp_mmhg__isnull', True), models.Q(('sbp_mmhg__gte', Decimal('30')), ('sbp_mmhg__lte', Decimal('300'))), _connector='OR'), name='vitals_sbp_mmhg_possible'), models.CheckConstraint(condition=models.Q(('dbp_mmhg__isnull', True), models.Q(('dbp_mmhg__gte', Decimal('5')), ('dbp_mmhg__lte', Decimal('220'))), _connector='OR'), name='vitals_dbp_mmhg_possible'), models.CheckConstraint(condition=models.Q(('hr_bpm__isnull', True), models.Q(('hr_bpm__gte', Decimal('10')), ('hr_bpm__lte', Decimal('300'))), _connector='OR'), name='vitals_hr_bpm_possible'), models.CheckConstraint(condition=models.Q(('spo2_percent__isnull', True), models.Q(('spo2_percent__gte', Decimal('20')), ('spo2_percent__lte', Decimal('100'))), _connector='OR'), name='vitals_spo2_percent_possible'), models.CheckConstraint(condition=models.Q(('rr_per_min__isnull', True), models.Q(('rr_per_min__gte', Decimal('1')), ('rr_per_min__lte', Decimal('99'))), _connector='OR'), name='vitals_rr_per_min_possible'), models.CheckConstraint(condition=models.Q(('moaas__isnull', True), models.Q(('moaas__gte', Decimal('0')), ('moaas__lte', Decimal('5'))), _connector='OR'), name='vitals_moaas_possible'), models.CheckConstraint(condition=models.Q(('nausea__isnull', True), models.Q(('nausea__gte', Decimal('0')), ('nausea__lte', Decimal('10'))), _connector='OR'), name='vitals_nausea_possible'), models.CheckConstraint(condition=models.Q(('distress__isnull', True), models.Q(('distress__gte', Decimal('0')), ('distress__lte', Decimal('10'))), _connector='OR'), name='vitals_distress_possible'), models.CheckConstraint(condition=models.Q(('temperature_c__isnull', True), models.Q(('temperature_c__gte', Decimal('25')), ('temperature_c__lte', Decimal('45'))), _connector='OR'), name='vitals_temperature_c_possible'), models.CheckConstraint(condition=models.Q(models.Q(('dbp_mmhg__isnull', True), ('sbp_mmhg__isnull', True)), models.Q(('dbp_mmhg__isnull', False), ('sbp_mmhg__gt', models.F('dbp_mmhg')), ('sbp_mmhg__isnull', False)), _connector='OR'), name='vitals_systolic_over_diastolic'), models.CheckConstraint(condition=models.Q(('moaas__isnull', True), models.Q(('moaas_version', ''), _negated=True), _connector='OR'), name='vitals_moaas_names_its_version'), models.CheckConstraint(condition=models.Q(models.Q(('is_withdrawn', False), ('supersedes__isnull', True)), models.Q(('supersedes__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='vitals_correction_has_reason'), models.CheckConstraint(condition=models.Q(('source__in', ['manual', 'device'])), name='vitals_source_known_word'), models.CheckConstraint(condition=models.Q(('phase__in', ['pre', 'during', 'post'])), name='vitals_phase_known_word')],
            },
        ),
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('cause_code', models.CharField(blank=True, max_length=40)),
                ('code', models.CharField(max_length=60)),
                ('condition', models.CharField(max_length=40)),
                ('rank', models.CharField(max_length=10)),
                ('word', models.CharField(max_length=120)),
                ('do', models.CharField(max_length=300)),
                ('value_text', models.CharField(blank=True, max_length=80)),
                ('limit_text', models.CharField(blank=True, max_length=80)),
                ('limit_source', models.CharField(max_length=120)),
                ('raised_at', models.DateTimeField()),
                ('shown_at', models.DateTimeField()),
                ('count', models.PositiveSmallIntegerField(default=1)),
                ('latest_at', models.DateTimeField()),
                ('latest_text', models.CharField(blank=True, max_length=80)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_because', models.CharField(blank=True, max_length=20)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('acknowledged_by_id', models.CharField(blank=True, max_length=36)),
                ('acknowledged_by_name', models.CharField(blank=True, max_length=200)),
                ('answer', models.CharField(blank=True, max_length=20)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='monitoring.monitoringperiod')),
                ('cause', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='monitoring.vitalset')),
            ],
            options={
                'indexes': [models.Index(fields=['period', 'raised_at'], name='flag_by_time')],
                'constraints': [models.CheckConstraint(condition=models.Q(('rank__in', ['act_now', 'look', 'note'])), name='flag_rank_known_word'), models.CheckConstraint(condition=models.Q(('count__gte', 1)), name='flag_stands_on_something'), models.CheckConstraint(condition=models.Q(('cause__isnull', False), models.Q(('cause_code', ''), _negated=True), _connector='OR'), name='flag_has_a_cause'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_because', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_because', ''), _negated=True)), _connector='OR'), name='flag_end_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', True), ('acknowledged_by_id', ''), ('answer', '')), models.Q(('acknowledged_at__isnull', False), ('answer__in', ['repeated', 'prescriber_here', 'rate_lowered', 'paused', 'stopped', 'oxygen', 'repositioned', 'probe_checked', 'no_action']), models.Q(('acknowledged_by_id', ''), _negated=True), models.Q(('acknowledged_by_name', ''), _negated=True)), _connector='OR'), name='flag_answer_has_who_when_what')],
            },
        ),
        migrations.CreateModel(
            name='FlagAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('answer', models.CharField(max_length=20)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('flag', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='monitoring.flag')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('answer__in', ['repeated', 'prescriber_here', 'rate_lowered', 'paused', 'stopped', 'oxygen', 'repositioned', 'probe_checked', 'no_action'])), name='flag_answer_known_word')],
            },
        ),
    ]
