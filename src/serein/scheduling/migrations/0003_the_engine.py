import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_device_feed'),
        ('patients', '0002_append_only'),
        ('scheduling', '0002_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BookSettings',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('nurse_cover', models.CharField(max_length=10)),
                ('is_staff_planned', models.BooleanField()),
                ('hold_minutes', models.PositiveSmallIntegerField()),
                ('offer_minutes', models.PositiveSmallIntegerField()),
                ('notice_hours', models.PositiveSmallIntegerField()),
                ('late_minutes', models.PositiveSmallIntegerField()),
                ('reminder_days', models.JSONField()),
                ('reminder_time', models.TimeField()),
                ('is_turnover_past_closing', models.BooleanField()),
                ('by_id', models.CharField(max_length=36)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='HolidayChoice',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('is_observed', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('number', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Leave',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('first_date', models.DateField()),
                ('last_date', models.DateField()),
                ('reason', models.CharField(blank=True, max_length=120)),
                ('is_withdrawn', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('batch_id', models.UUIDField()),
                ('rank', models.PositiveSmallIntegerField()),
                ('starts_at', models.DateTimeField()),
                ('offered_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('state', models.CharField(default='open', max_length=10)),
            ],
        ),
        migrations.CreateModel(
            name='OfferTransition',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('from_state', models.CharField(max_length=30)),
                ('move', models.CharField(max_length=30)),
                ('to_state', models.CharField(max_length=30)),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Phase',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=60)),
                ('minutes', models.PositiveSmallIntegerField()),
                ('seat', models.CharField(max_length=20)),
                ('nurse_load', models.PositiveSmallIntegerField()),
                ('has_monitor', models.BooleanField()),
                ('has_pump', models.BooleanField()),
                ('prescriber_last_minutes', models.PositiveSmallIntegerField()),
                ('is_prescriber_on_site', models.BooleanField()),
                ('is_with_patient', models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name='RebookTask',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('due_date', models.DateField()),
                ('because', models.CharField(max_length=20)),
                ('state', models.CharField(default='open', max_length=10)),
            ],
        ),
        migrations.CreateModel(
            name='RebookTransition',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('from_state', models.CharField(max_length=30)),
                ('move', models.CharField(max_length=30)),
                ('to_state', models.CharField(max_length=30)),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Resource',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=120)),
                ('calibration_due_date', models.DateField(null=True)),
                ('is_in_use', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='ResourceTick',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tick', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(max_length=20)),
                ('local_date', models.DateField()),
                ('start_time', models.TimeField()),
                ('end_time', models.TimeField()),
                ('breaks', models.JSONField(default=list)),
                ('is_withdrawn', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='SiteBook',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('stamp', models.UUIDField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='UnitOutage',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('first_date', models.DateField()),
                ('last_date', models.DateField()),
                ('reason', models.CharField(max_length=120)),
                ('is_withdrawn', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='VisitType',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('code', models.SlugField(max_length=40)),
                ('kind', models.CharField(max_length=20)),
                ('is_in_use', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='VisitTypeVersion',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('is_public', models.BooleanField()),
                ('may_straddle', models.BooleanField(default=False)),
                ('by_id', models.CharField(max_length=36)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='WaitlistEntry',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('visit_id', models.UUIDField(null=True)),
                ('kind', models.CharField(max_length=20)),
                ('type_code', models.SlugField(max_length=40)),
                ('first_date', models.DateField()),
                ('last_date', models.DateField()),
                ('weekdays', models.JSONField(default=list)),
                ('from_time', models.TimeField(null=True)),
                ('until_time', models.TimeField(null=True)),
                ('notice_hours', models.PositiveSmallIntegerField()),
                ('priority', models.PositiveSmallIntegerField(default=0)),
                ('joined_at', models.DateTimeField()),
                ('state', models.CharField(default='waiting', max_length=10)),
            ],
        ),
        migrations.CreateModel(
            name='WaitlistTransition',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('from_state', models.CharField(max_length=30)),
                ('move', models.CharField(max_length=30)),
                ('to_state', models.CharField(max_length=30)),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RemoveConstraint(
            model_name='appointment',
            name='appointment_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='appointment',
            name='appointment_number_once',
        ),
        migrations.AddField(
            model_name='appointment',
            name='guest_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='appointment',
            name='held_by',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='appointment',
            name='held_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='appointment',
            name='kind',
            field=models.CharField(default='infusion', max_length=20),
        ),
        migrations.AddField(
            model_name='appointment',
            name='made_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='appointment',
            name='nurse',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='appointment',
            name='overridden_by',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='appointment',
            name='override_reason',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='appointment',
            name='phase',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='appointment',
            name='revision',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='appointment',
            name='type_code',
            field=models.SlugField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='appointment',
            name='visit_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AlterField(
            model_name='appointment',
            name='chair',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.chair'),
        ),
        migrations.AlterField(
            model_name='appointment',
            name='patient',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='booksettings',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site'),
        ),
        migrations.AddField(
            model_name='holidaychoice',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site'),
        ),
        migrations.AddField(
            model_name='leave',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site'),
        ),
        migrations.AddField(
            model_name='leave',
            name='staff',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='offer',
            name='made',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.appointment'),
        ),
        migrations.AddField(
            model_name='offer',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site'),
        ),
        migrations.AddField(
            model_name='offertransition',
            name='subject',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='scheduling.offer'),
        ),
        migrations.AddField(
            model_name='rebooktask',
            name='appointment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rebook_tasks', to='scheduling.appointment'),
        ),
        migrations.AddField(
            model_name='rebooktask',
            name='owner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rebooktask',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site'),
        ),
        migrations.AddField(
            model_name='rebooktransition',
            name='subject',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='scheduling.rebooktask'),
        ),
        migrations.AddField(
            model_name='resource',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site'),
        ),
        migrations.AddField(
            model_name='resource',
            name='staff',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='appointment',
            name='monitor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.resource'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='prescriber',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.resource'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='pump',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.resource'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='recovery_chair',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.resource'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='room',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.resource'),
        ),
        migrations.AddField(
            model_name='resourcetick',
            name='appointment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='resource_ticks', to='scheduling.appointment'),
        ),
        migrations.AddField(
            model_name='resourcetick',
            name='resource',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.resource'),
        ),
        migrations.AddField(
            model_name='shift',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site'),
        ),
        migrations.AddField(
            model_name='shift',
            name='staff',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sitebook',
            name='site',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site'),
        ),
        migrations.AddField(
            model_name='unitoutage',
            name='chair',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.chair'),
        ),
        migrations.AddField(
            model_name='unitoutage',
            name='resource',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.resource'),
        ),
        migrations.AddField(
            model_name='unitoutage',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site'),
        ),
        migrations.AddField(
            model_name='visittype',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site'),
        ),
        migrations.AddField(
            model_name='visittypeversion',
            name='visit_type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='scheduling.visittype'),
        ),
        migrations.AddField(
            model_name='phase',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='phases', to='scheduling.visittypeversion'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='type_version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scheduling.visittypeversion'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['visit_id'], name='appointment_visit'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(condition=models.Q(('state', 'held')), fields=['site', 'local_date'], name='appointment_held'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['held', 'booked', 'confirmed', 'arrived', 'in_phase', 'done', 'cancelled', 'no_show', 'moved', 'lapsed'])), name='appointment_state_known'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['consult', 'first', 'infusion', 'maintenance'])), name='appointment_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('patient__isnull', False), ('guest_id__isnull', False), _connector='OR'), name='appointment_is_for_somebody'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'held'), _negated=True), models.Q(('held_until__isnull', False), models.Q(('held_by', ''), _negated=True)), _connector='OR'), name='appointment_hold_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('overridden_by', ''), ('override_reason', '')), models.Q(models.Q(('override_reason', ''), _negated=True), models.Q(('overridden_by', ''), _negated=True)), _connector='OR'), name='appointment_override_is_reasoned'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('chair__isnull', False), ('kind', 'consult'), _connector='OR'), name='appointment_infusion_has_chair'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['booked', 'confirmed', 'arrived', 'in_phase', 'done'])), fields=('series_id', 'number'), name='appointment_number_once'),
        ),
        migrations.AddField(
            model_name='waitlistentry',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='waitlistentry',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site'),
        ),
        migrations.AddField(
            model_name='offer',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='scheduling.waitlistentry'),
        ),
        migrations.AddField(
            model_name='waitlisttransition',
            name='subject',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='scheduling.waitlistentry'),
        ),
        migrations.AddConstraint(
            model_name='booksettings',
            constraint=models.UniqueConstraint(fields=('site', 'number'), name='book_settings_number_once'),
        ),
        migrations.AddConstraint(
            model_name='booksettings',
            constraint=models.CheckConstraint(condition=models.Q(('nurse_cover__in', ['named', 'float', 'pool'])), name='book_settings_cover_known'),
        ),
        migrations.AddConstraint(
            model_name='booksettings',
            constraint=models.CheckConstraint(condition=models.Q(('hold_minutes__range', (1, 120))), name='book_settings_hold'),
        ),
        migrations.AddConstraint(
            model_name='booksettings',
            constraint=models.CheckConstraint(condition=models.Q(('offer_minutes__range', (5, 1440))), name='book_settings_offer'),
        ),
        migrations.AddConstraint(
            model_name='holidaychoice',
            constraint=models.UniqueConstraint(fields=('site', 'number'), name='holiday_choice_number_once'),
        ),
        migrations.AddConstraint(
            model_name='holidaychoice',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='holiday_choice_has_name'),
        ),
        migrations.AddIndex(
            model_name='leave',
            index=models.Index(fields=['site', 'last_date'], name='leave_site'),
        ),
        migrations.AddConstraint(
            model_name='leave',
            constraint=models.CheckConstraint(condition=models.Q(('first_date__lte', models.F('last_date'))), name='leave_ends_after_start'),
        ),
        migrations.AddIndex(
            model_name='rebooktask',
            index=models.Index(fields=['site', 'state', 'due_date'], name='rebook_task_due'),
        ),
        migrations.AddConstraint(
            model_name='rebooktask',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'done', 'dropped'])), name='rebook_task_state_known'),
        ),
        migrations.AddConstraint(
            model_name='rebooktask',
            constraint=models.CheckConstraint(condition=models.Q(('because__in', ['no_show', 'cancelled', 'affected', 'call_me'])), name='rebook_task_because_known'),
        ),
        migrations.AddConstraint(
            model_name='rebooktask',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('appointment',), name='rebook_task_once'),
        ),
        migrations.AddConstraint(
            model_name='resource',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['recovery', 'room', 'prescriber', 'pump', 'monitor'])), name='resource_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='resource',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='resource_has_name'),
        ),
        migrations.AddConstraint(
            model_name='resource',
            constraint=models.UniqueConstraint(condition=models.Q(('is_in_use', True)), fields=('site', 'kind', 'name'), name='resource_name_once'),
        ),
        migrations.AddConstraint(
            model_name='resource',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'prescriber'), ('staff__isnull', False)), models.Q(models.Q(('kind', 'prescriber'), _negated=True), ('staff__isnull', True)), _connector='OR'), name='resource_prescriber_is_staff'),
        ),
        migrations.AddConstraint(
            model_name='resource',
            constraint=models.CheckConstraint(condition=models.Q(('calibration_due_date__isnull', True), ('kind__in', ['pump', 'monitor']), _connector='OR'), name='resource_calibrated_kind'),
        ),
        migrations.AddConstraint(
            model_name='resourcetick',
            constraint=models.UniqueConstraint(fields=('resource', 'tick'), name='resource_tick_once'),
        ),
        migrations.AddIndex(
            model_name='shift',
            index=models.Index(fields=['site', 'local_date'], name='shift_site_day'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['nurse', 'prescriber'])), name='shift_role_known'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(('start_time__lt', models.F('end_time'))), name='shift_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(condition=models.Q(('is_withdrawn', False)), fields=('staff', 'local_date', 'start_time'), name='shift_once'),
        ),
        migrations.AddIndex(
            model_name='unitoutage',
            index=models.Index(fields=['site', 'last_date'], name='outage_site'),
        ),
        migrations.AddConstraint(
            model_name='unitoutage',
            constraint=models.CheckConstraint(condition=models.Q(('first_date__lte', models.F('last_date'))), name='outage_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='unitoutage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('chair__isnull', False), ('resource__isnull', True)), models.Q(('chair__isnull', True), ('resource__isnull', False)), _connector='OR'), name='outage_of_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='unitoutage',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='outage_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='visittype',
            constraint=models.UniqueConstraint(fields=('site', 'code'), name='visit_type_code_once'),
        ),
        migrations.AddConstraint(
            model_name='visittype',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['consult', 'first', 'infusion', 'maintenance'])), name='visit_type_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='visittypeversion',
            constraint=models.UniqueConstraint(fields=('visit_type', 'number'), name='visit_type_version_number_once'),
        ),
        migrations.AddConstraint(
            model_name='visittypeversion',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='visit_type_version_has_name'),
        ),
        migrations.AddConstraint(
            model_name='phase',
            constraint=models.UniqueConstraint(fields=('version', 'position'), name='phase_position_once'),
        ),
        migrations.AddConstraint(
            model_name='phase',
            constraint=models.UniqueConstraint(fields=('version', 'name'), name='phase_name_once'),
        ),
        migrations.AddConstraint(
            model_name='phase',
            constraint=models.CheckConstraint(condition=models.Q(('seat__in', ['none', 'chair', 'chair_or_recovery', 'room'])), name='phase_seat_known'),
        ),
        migrations.AddConstraint(
            model_name='phase',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__lte', 600)), name='phase_minutes'),
        ),
        migrations.AddConstraint(
            model_name='phase',
            constraint=models.CheckConstraint(condition=models.Q(('nurse_load__lte', 12)), name='phase_nurse_load'),
        ),
        migrations.AddConstraint(
            model_name='phase',
            constraint=models.CheckConstraint(condition=models.Q(('prescriber_last_minutes__lte', models.F('minutes'))), name='phase_sign_off_fits'),
        ),
        migrations.AddIndex(
            model_name='waitlistentry',
            index=models.Index(fields=['site', 'state'], name='waitlist_site'),
        ),
        migrations.AddConstraint(
            model_name='waitlistentry',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'served', 'left'])), name='waitlist_state_known'),
        ),
        migrations.AddConstraint(
            model_name='waitlistentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['consult', 'first', 'infusion', 'maintenance'])), name='waitlist_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='waitlistentry',
            constraint=models.CheckConstraint(condition=models.Q(('first_date__lte', models.F('last_date'))), name='waitlist_dates_in_order'),
        ),
        migrations.AddConstraint(
            model_name='waitlistentry',
            constraint=models.CheckConstraint(condition=models.Q(('from_time__isnull', True), ('until_time__isnull', True), ('from_time__lt', models.F('until_time')), _connector='OR'), name='waitlist_times_in_order'),
        ),
        migrations.AddConstraint(
            model_name='waitlistentry',
            constraint=models.CheckConstraint(condition=models.Q(('priority__lte', 3)), name='waitlist_priority'),
        ),
        migrations.AddConstraint(
            model_name='waitlistentry',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('patient', 'kind'), name='waitlist_once'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(fields=['site', 'state', 'expires_at'], name='offer_open'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'accepted', 'taken', 'declined'])), name='offer_state_known'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('offered_at__lt', models.F('expires_at'))), name='offer_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('made__isnull', False), ('state', 'accepted')), models.Q(models.Q(('state', 'accepted'), _negated=True), ('made__isnull', True)), _connector='OR'), name='offer_accepted_made_a_visit'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'accepted')), fields=('batch_id',), name='offer_accepted_once'),
        ),
    ]
