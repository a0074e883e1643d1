import django.db.models.deletion
import django.db.models.expressions
import django.db.models.lookups
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
            name='PlanVersion',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('mg_per_kg', models.DecimalField(decimal_places=3, max_digits=5)),
                ('minutes', models.PositiveSmallIntegerField()),
                ('weight_basis', models.CharField(max_length=20)),
                ('weight_kg', models.DecimalField(decimal_places=3, max_digits=7)),
                ('actual_weight_kg', models.DecimalField(decimal_places=2, max_digits=6)),
                ('weight_measured_at', models.DateTimeField()),
                ('height_cm', models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ('ceiling_mg', models.DecimalField(decimal_places=1, max_digits=5)),
                ('vial_mg_per_ml', models.DecimalField(decimal_places=1, max_digits=5)),
                ('preparation', models.CharField(max_length=20)),
                ('bag_strength_mg_per_ml', models.DecimalField(decimal_places=3, max_digits=6, null=True)),
                ('bag_ml', models.DecimalField(decimal_places=1, max_digits=6, null=True)),
                ('infusions', models.PositiveSmallIntegerField()),
                ('min_gap_hours', models.PositiveSmallIntegerField()),
                ('max_gap_days', models.PositiveSmallIntegerField()),
                ('reason', models.TextField(blank=True)),
                ('seen', models.JSONField(default=dict)),
                ('written_at', models.DateTimeField()),
                ('written_by_id', models.CharField(max_length=36)),
                ('written_by_name', models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='PlanSignature',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('signed_at', models.DateTimeField()),
                ('signed_by_id', models.CharField(max_length=36)),
                ('signed_by_name', models.CharField(max_length=200)),
                ('reason_for_soft', models.TextField(blank=True)),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='signature', to='plans.planversion')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TreatmentPlan',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('protocol_code', models.CharField(max_length=10)),
                ('drafted_at', models.DateTimeField()),
                ('state', models.CharField(default='draft', max_length=20)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'drafted_at'], name='plan_patient')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'signed', 'completed', 'stopped'])), name='plan_state_known'), models.UniqueConstraint(condition=models.Q(('state', 'signed')), fields=('patient',), name='plan_in_force_once')],
            },
        ),
        migrations.AddField(
            model_name='planversion',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='plans.treatmentplan'),
        ),
        migrations.CreateModel(
            name='TreatmentPlanTransition',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('from_state', models.CharField(max_length=30)),
                ('move', models.CharField(max_length=30)),
                ('to_state', models.CharField(max_length=30)),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='plans.treatmentplan')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.UniqueConstraint(fields=('plan', 'number'), name='plan_version_once'),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='plan_version_from_one'),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.CheckConstraint(condition=models.Q(('mg_per_kg__gt', 0), ('mg_per_kg__lte', Decimal('1.0'))), name='plan_version_mg_per_kg'),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.CheckConstraint(condition=models.Q(('ceiling_mg__gt', 0), ('ceiling_mg__lte', Decimal('100'))), name='plan_version_ceiling'),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.expressions.CombinedExpression(models.F('mg_per_kg'), '*', models.F('weight_kg')), django.db.models.expressions.CombinedExpression(models.F('ceiling_mg'), '+', models.Value(Decimal('0.001')))), name='plan_version_dose_within_ceiling'),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.CheckConstraint(condition=models.Q(('weight_basis__in', ['actual', 'ideal', 'adjusted'])), name='plan_version_basis_known'),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.CheckConstraint(condition=models.Q(('actual_weight_kg__gt', 0), ('weight_kg__gt', 0)), name='plan_version_weight'),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bag_ml__isnull', True), ('bag_strength_mg_per_ml__gt', 0), ('preparation', 'strength')), models.Q(('bag_ml__gt', 0), ('bag_strength_mg_per_ml__isnull', True), ('preparation__in', ['withdrawn', 'added'])), _connector='OR'), name='plan_version_bag_described'),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.CheckConstraint(condition=models.Q(('infusions__range', (1, 12))), name='plan_version_infusions'),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='plan_version_change_has_reason'),
        ),
    ]
