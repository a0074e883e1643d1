import django.db.models.deletion
import serein.patients.rules.entries
import uuid_utils.compat
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='MrnCounter',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('last_number', models.PositiveIntegerField()),
                ('site', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Patient',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('mrn', models.CharField(max_length=20, verbose_name='record number')),
                ('given_name', models.CharField(blank=True, max_length=120)),
                ('family_name', models.CharField(max_length=120)),
                ('preferred_name', models.CharField(blank=True, max_length=120)),
                ('birth_date', models.DateField()),
                ('sex', models.CharField(max_length=10, verbose_name='recorded sex for clinical use')),
                ('pronouns', models.CharField(blank=True, max_length=60)),
                ('may_leave_message', models.BooleanField(null=True)),
                ('comfort_note', models.TextField(blank=True)),
                ('source', models.CharField(blank=True, max_length=60)),
                ('is_deceased', models.BooleanField(default=False)),
                ('deceased_date', models.DateField(null=True)),
                ('registered_at', models.DateTimeField()),
                ('search_text', models.CharField(max_length=520)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'search_text'], name='patient_by_search_text'), models.Index(fields=['site', 'birth_date'], name='patient_by_birth_date')],
                'constraints': [models.UniqueConstraint(fields=('site', 'mrn'), name='patient_mrn_once_per_site'), models.CheckConstraint(condition=models.Q(('family_name', ''), _negated=True), name='patient_has_a_name'), models.CheckConstraint(condition=models.Q(('mrn', ''), _negated=True), name='patient_has_an_mrn'), models.CheckConstraint(condition=models.Q(('sex__in', ['female', 'male', 'unknown'])), name='patient_sex_known_word'), models.CheckConstraint(condition=models.Q(('deceased_date__isnull', True), ('is_deceased', True), _connector='OR'), name='patient_death_day_means_deceased')],
            },
        ),
        migrations.CreateModel(
            name='Medication',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(blank=True, max_length=60)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by_id', models.CharField(max_length=36)),
                ('recorded_by_name', models.CharField(max_length=200)),
                ('name', models.CharField(max_length=300)),
                ('ingredient', models.CharField(blank=True, max_length=300)),
                ('system', models.CharField(blank=True, max_length=255)),
                ('code', models.CharField(blank=True, max_length=60)),
                ('dose_text', models.CharField(blank=True, max_length=300)),
                ('started_on', models.DateField(null=True)),
                ('is_active', models.BooleanField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='medication_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='Identifier',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('system', models.CharField(max_length=255)),
                ('value', models.CharField(max_length=120)),
                ('recorded_at', models.DateTimeField()),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identifiers', to='patients.patient')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'system', 'value'), name='identifier_names_one_patient'), models.CheckConstraint(condition=models.Q(models.Q(('value', ''), _negated=True), models.Q(('system', ''), _negated=True)), name='identifier_is_whole')],
            },
        ),
        migrations.CreateModel(
            name='Height',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(blank=True, max_length=60)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by_id', models.CharField(max_length=36)),
                ('recorded_by_name', models.CharField(max_length=200)),
                ('height_cm', models.DecimalField(decimal_places=1, max_digits=4)),
                ('method', models.CharField(max_length=10)),
                ('measured_at', models.DateTimeField()),
                ('is_time_known', models.BooleanField(default=True)),
                ('as_entered', models.CharField(blank=True, max_length=60)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'measured_at'], name='height_by_patient')],
                'constraints': [models.CheckConstraint(condition=models.Q(('height_cm__gte', Decimal('100')), ('height_cm__lte', Decimal('250'))), name='height_is_plausible'), models.CheckConstraint(condition=models.Q(('method__in', ['measured', 'reported', 'imported'])), name='height_method_known_word')],
            },
        ),
        migrations.CreateModel(
            name='Escort',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(blank=True, max_length=60)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by_id', models.CharField(max_length=36)),
                ('recorded_by_name', models.CharField(max_length=200)),
                ('name', models.CharField(max_length=120)),
                ('phone', models.CharField(blank=True, max_length=60)),
                ('relation', models.CharField(blank=True, max_length=60)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='escort_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='EntryMark',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('entry_kind', models.CharField(max_length=20)),
                ('entry_id', models.UUIDField()),
                ('mark', models.CharField(max_length=20)),
                ('ended_on', models.DateField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'mark'], name='entry_mark_by_patient')],
                'constraints': [models.UniqueConstraint(fields=('entry_id', 'mark'), name='entry_marked_once'), models.CheckConstraint(condition=models.Q(('entry_kind__in', ['contact', 'escort', 'allergy', 'allergy_review', 'condition', 'medication', 'weight', 'height', 'blood_pressure'])), name='entry_mark_kind_known_word'), models.CheckConstraint(condition=models.Q(('mark__in', ['entered_in_error', 'ended'])), name='entry_mark_known_word'), models.CheckConstraint(condition=models.Q(models.Q(('mark', serein.patients.rules.entries.Mark['ENTERED_IN_ERROR']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='entry_in_error_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='ContactPoint',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(blank=True, max_length=60)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by_id', models.CharField(max_length=36)),
                ('recorded_by_name', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=10)),
                ('value', models.TextField()),
                ('may_leave_message', models.BooleanField(null=True)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'kind'], name='contact_by_patient')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['phone', 'email', 'address'])), name='contact_kind_known_word'), models.CheckConstraint(condition=models.Q(('value', ''), _negated=True), name='contact_has_a_value')],
            },
        ),
        migrations.CreateModel(
            name='Condition',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(blank=True, max_length=60)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by_id', models.CharField(max_length=36)),
                ('recorded_by_name', models.CharField(max_length=200)),
                ('system', models.CharField(blank=True, max_length=255)),
                ('code', models.CharField(blank=True, max_length=60)),
                ('display', models.CharField(max_length=300)),
                ('onset_date', models.DateField(null=True)),
                ('ended_date', models.DateField(null=True)),
                ('is_active', models.BooleanField()),
                ('is_confirmed', models.BooleanField(default=True)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('display', ''), _negated=True), name='condition_has_words'), models.CheckConstraint(condition=models.Q(('ended_date__isnull', True), ('onset_date__isnull', True), ('ended_date__gte', models.F('onset_date')), _connector='OR'), name='condition_ends_after_onset')],
            },
        ),
        migrations.CreateModel(
            name='BloodPressure',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(blank=True, max_length=60)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by_id', models.CharField(max_length=36)),
                ('recorded_by_name', models.CharField(max_length=200)),
                ('sbp_mmhg', models.PositiveSmallIntegerField()),
                ('dbp_mmhg', models.PositiveSmallIntegerField()),
                ('measured_at', models.DateTimeField()),
                ('is_time_known', models.BooleanField(default=True)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'measured_at'], name='pressure_by_patient')],
                'constraints': [models.CheckConstraint(condition=models.Q(('dbp_mmhg__range', (20, 200)), ('sbp_mmhg__range', (40, 300))), name='pressure_is_plausible'), models.CheckConstraint(condition=models.Q(('sbp_mmhg__gt', models.F('dbp_mmhg'))), name='pressure_systolic_is_higher')],
            },
        ),
        migrations.CreateModel(
            name='AllergyReview',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(blank=True, max_length=60)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by_id', models.CharField(max_length=36)),
                ('recorded_by_name', models.CharField(max_length=200)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Allergy',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(blank=True, max_length=60)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by_id', models.CharField(max_length=36)),
                ('recorded_by_name', models.CharField(max_length=200)),
                ('substance', models.CharField(max_length=200)),
                ('reaction', models.CharField(blank=True, max_length=300)),
                ('severity', models.CharField(max_length=10)),
                ('system', models.CharField(blank=True, max_length=255)),
                ('code', models.CharField(blank=True, max_length=60)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('substance', ''), _negated=True), name='allergy_has_a_substance'), models.CheckConstraint(condition=models.Q(('severity__in', ['unknown', 'mild', 'moderate', 'severe'])), name='allergy_severity_known_word')],
            },
        ),
        migrations.CreateModel(
            name='PatientChange',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('field', models.CharField(max_length=40)),
                ('was', models.TextField(blank=True)),
                ('became', models.TextField(blank=True)),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='patients.patient')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('was', models.F('became')), _negated=True), name='patient_change_changes')],
            },
        ),
        migrations.CreateModel(
            name='Weight',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(blank=True, max_length=60)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by_id', models.CharField(max_length=36)),
                ('recorded_by_name', models.CharField(max_length=200)),
                ('weight_kg', models.DecimalField(decimal_places=1, max_digits=4)),
                ('method', models.CharField(max_length=10)),
                ('measured_at', models.DateTimeField()),
                ('is_time_known', models.BooleanField(default=True)),
                ('as_entered', models.CharField(blank=True, max_length=60)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'measured_at'], name='weight_by_patient')],
                'constraints': [models.CheckConstraint(condition=models.Q(('weight_kg__gte', Decimal('30')), ('weight_kg__lte', Decimal('300'))), name='weight_is_plausible'), models.CheckConstraint(condition=models.Q(('method__in', ['measured', 'reported', 'imported'])), name='weight_method_known_word')],
            },
        ),
    ]
