import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('patients', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SafetyTask',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('request_id', models.UUIDField(null=True)),
                ('person_name', models.CharField(blank=True, max_length=200)),
                ('level', models.CharField(max_length=2)),
                ('code', models.CharField(max_length=60)),
                ('because', models.TextField()),
                ('opened_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('state', models.CharField(default='open', max_length=20)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('acknowledged_by_name', models.CharField(blank=True, max_length=200)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by_name', models.CharField(blank=True, max_length=200)),
                ('reached', models.CharField(blank=True, max_length=30)),
                ('finding_text', models.TextField(blank=True)),
                ('next_step', models.TextField(blank=True)),
                ('assigned_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'state', 'due_at'], name='safety_task_open'), models.Index(fields=['patient', 'state'], name='safety_task_patient'), models.Index(fields=['request_id'], name='safety_task_request')],
                'constraints': [models.CheckConstraint(condition=models.Q(('level__in', ['s1', 's2', 's3'])), name='safety_task_level_known'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'acknowledged', 'closed'])), name='safety_task_state_known'), models.CheckConstraint(condition=models.Q(('due_at__gte', models.F('opened_at'))), name='safety_task_due_after_opening'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('reached__in', ['person', 'someone_with_them', 'nobody']), ('state', 'closed'), models.Q(('finding_text', ''), _negated=True), models.Q(('next_step', ''), _negated=True), models.Q(('closed_by_name', ''), _negated=True)), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', True), ('closed_by_name', '')), _connector='OR'), name='safety_task_closed_with_structure')],
            },
        ),
        migrations.CreateModel(
            name='SideEffect',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('session_id', models.UUIDField(null=True)),
                ('code', models.CharField(max_length=30)),
                ('severity', models.PositiveSmallIntegerField()),
                ('onset_at', models.DateTimeField()),
                ('action_taken', models.TextField(blank=True)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by_id', models.CharField(max_length=36)),
                ('recorded_by_name', models.CharField(max_length=200)),
                ('state', models.CharField(default='present', max_length=20)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['session_id'], name='safety_effect_session'), models.Index(fields=['patient', 'onset_at'], name='safety_effect_patient')],
                'constraints': [models.CheckConstraint(condition=models.Q(('code__in', ['dizziness', 'nausea', 'vomiting', 'visual_change', 'dissociation', 'anxiety', 'headache', 'sedation', 'palpitations', 'infiltration', 'allergic', 'chest_pain', 'syncope', 'seizure', 'other'])), name='safety_effect_code_known'), models.CheckConstraint(condition=models.Q(('severity__in', [0, 1, 2, 3])), name='safety_effect_severity_range'), models.CheckConstraint(condition=models.Q(('state__in', ['present', 'resolved', 'in_error'])), name='safety_effect_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'resolved'), _negated=True), ('resolved_at__gte', models.F('onset_at')), _connector='OR'), name='safety_effect_resolved_after_onset')],
            },
        ),
        migrations.CreateModel(
            name='EffectTransition',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('from_state', models.CharField(max_length=30)),
                ('move', models.CharField(max_length=30)),
                ('to_state', models.CharField(max_length=30)),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='safety.sideeffect')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EffectAsking',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('severity', models.PositiveSmallIntegerField()),
                ('asked_at', models.DateTimeField()),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('effect', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='askings', to='safety.sideeffect')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('severity__in', [0, 1, 2, 3])), name='safety_asking_severity_range')],
            },
        ),
        migrations.CreateModel(
            name='TaskAttempt',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('outcome', models.CharField(max_length=30)),
                ('note', models.TextField(blank=True)),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='safety.safetytask')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['spoke', 'left_message', 'no_answer', 'wrong_number'])), name='safety_attempt_outcome_known')],
            },
        ),
        migrations.CreateModel(
            name='TaskTransition',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('from_state', models.CharField(max_length=30)),
                ('move', models.CharField(max_length=30)),
                ('to_state', models.CharField(max_length=30)),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='safety.safetytask')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
