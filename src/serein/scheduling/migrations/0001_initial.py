import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('patients', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('series_id', models.UUIDField()),
                ('number', models.PositiveSmallIntegerField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('local_date', models.DateField()),
                ('local_time', models.TimeField()),
                ('tzid', models.CharField(max_length=60)),
                ('infusion_minutes', models.PositiveSmallIntegerField()),
                ('recovery_minutes', models.PositiveSmallIntegerField()),
                ('min_gap_hours', models.PositiveSmallIntegerField()),
                ('max_gap_days', models.PositiveSmallIntegerField()),
                ('state', models.CharField(default='booked', max_length=20)),
                ('moved_from', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moved_to', to='scheduling.appointment')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site')),
            ],
        ),
        migrations.CreateModel(
            name='AppointmentTransition',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('from_state', models.CharField(max_length=30)),
                ('move', models.CharField(max_length=30)),
                ('to_state', models.CharField(max_length=30)),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='scheduling.appointment')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Chair',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60)),
                ('is_in_use', models.BooleanField(default=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_in_use', True)), fields=('site', 'name'), name='chair_name_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='chair_has_name')],
            },
        ),
        migrations.AddField(
            model_name='appointment',
            name='chair',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.chair'),
        ),
        migrations.CreateModel(
            name='ChairTick',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tick', models.BigIntegerField()),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chair_ticks', to='scheduling.appointment')),
                ('chair', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.chair')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('chair', 'tick'), name='chair_tick_once')],
            },
        ),
        migrations.CreateModel(
            name='ClinicDay',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('local_date', models.DateField()),
                ('version', models.PositiveIntegerField(default=0)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'local_date'), name='clinic_day_once')],
            },
        ),
        migrations.CreateModel(
            name='Closure',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('date', models.DateField()),
                ('reason', models.CharField(max_length=120)),
                ('is_lifted', models.BooleanField(default=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_lifted', False)), fields=('site', 'date'), name='closure_once'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='closure_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='PatientTick',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tick', models.BigIntegerField()),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='patient_ticks', to='scheduling.appointment')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('patient', 'tick'), name='patient_tick_once')],
            },
        ),
        migrations.CreateModel(
            name='SpecialOpening',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('date', models.DateField()),
                ('start_time', models.TimeField()),
                ('end_time', models.TimeField()),
                ('is_lifted', models.BooleanField(default=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_lifted', False)), fields=('site', 'date', 'start_time'), name='special_opening_once'), models.CheckConstraint(condition=models.Q(('start_time__lt', models.F('end_time'))), name='special_opening_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='WeeklyRule',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('weekday', models.PositiveSmallIntegerField()),
                ('start_time', models.TimeField()),
                ('end_time', models.TimeField()),
                ('interval_weeks', models.PositiveSmallIntegerField(default=1)),
                ('anchor_date', models.DateField(null=True)),
                ('valid_from_date', models.DateField()),
                ('valid_until_date', models.DateField(null=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'weekday'], name='weekly_rule_site')],
                'constraints': [models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='weekly_rule_weekday'), models.CheckConstraint(condition=models.Q(('start_time__lt', models.F('end_time'))), name='weekly_rule_ends_after_start'), models.CheckConstraint(condition=models.Q(('interval_weeks', 1), models.Q(('anchor_date__isnull', False), ('interval_weeks__range', (2, 4))), _connector='OR'), name='weekly_rule_interval_has_anchor'), models.CheckConstraint(condition=models.Q(('valid_until_date__isnull', True), ('valid_until_date__gte', models.F('valid_from_date')), _connector='OR'), name='weekly_rule_validity')],
            },
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['site', 'local_date'], name='appointment_site_day'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['patient', 'starts_at'], name='appointment_patient'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['series_id', 'number'], name='appointment_series'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['booked', 'arrived', 'done', 'cancelled', 'no_show', 'moved'])), name='appointment_state_known'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='appointment_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='appointment_number_from_one'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['booked', 'arrived', 'done'])), fields=('series_id', 'number'), name='appointment_number_once'),
        ),
    ]
