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
            name='ConsultRequest',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('client_key', models.UUIDField()),
                ('state', models.CharField(default='new', max_length=20)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('contact_kind', models.CharField(blank=True, max_length=10)),
                ('contact_value', models.CharField(blank=True, max_length=254)),
                ('may_leave_message', models.BooleanField(null=True)),
                ('what_brings', models.TextField(blank=True)),
                ('answers', models.JSONField(default=dict)),
                ('birth_date', models.DateField(null=True)),
                ('is_complete', models.BooleanField()),
                ('danger_at', models.DateTimeField(null=True)),
                ('submitted_at', models.DateTimeField()),
                ('ask_again_date', models.DateField(null=True)),
                ('patient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'state', 'submitted_at'], name='intake_request_queue'), models.Index(fields=['patient'], name='intake_request_patient')],
                'constraints': [models.UniqueConstraint(fields=('site', 'client_key'), name='intake_request_once_per_key'), models.CheckConstraint(condition=models.Q(('state__in', ['new', 'contacted', 'accepted', 'not_now'])), name='intake_request_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('contact_kind', ''), ('contact_value', '')), models.Q(('contact_kind__in', ['phone', 'email']), models.Q(('contact_value', ''), _negated=True)), _connector='OR'), name='intake_request_contact_whole'), models.CheckConstraint(condition=models.Q(('is_complete', False), models.Q(models.Q(('name', ''), _negated=True), models.Q(('contact_kind', ''), _negated=True)), _connector='OR'), name='intake_request_complete_has_name'), models.CheckConstraint(condition=models.Q(('is_complete', True), ('danger_at__isnull', False), _connector='OR'), name='intake_request_unfinished_only_in_danger'), models.CheckConstraint(condition=models.Q(models.Q(('patient__isnull', False), ('state', 'accepted')), models.Q(models.Q(('state', 'accepted'), _negated=True), ('patient__isnull', True)), _connector='OR'), name='intake_request_accepted_has_patient'), models.CheckConstraint(condition=models.Q(models.Q(('ask_again_date__isnull', False), ('state', 'not_now')), models.Q(models.Q(('state', 'not_now'), _negated=True), ('ask_again_date__isnull', True)), _connector='OR'), name='intake_request_not_now_has_date')],
            },
        ),
        migrations.CreateModel(
            name='ContactAttempt',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('outcome', models.CharField(max_length=20)),
                ('note', models.TextField(blank=True)),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='intake.consultrequest')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['spoke', 'left_message', 'wrote', 'no_answer', 'wrong_number'])), name='intake_attempt_outcome_known')],
            },
        ),
        migrations.CreateModel(
            name='RequestTransition',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('from_state', models.CharField(max_length=30)),
                ('move', models.CharField(max_length=30)),
                ('to_state', models.CharField(max_length=30)),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='intake.consultrequest')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Sending',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('typed', models.JSONField()),
                ('is_danger', models.BooleanField()),
                ('address_digest', models.CharField(blank=True, max_length=64)),
                ('sent_at', models.DateTimeField()),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sendings', to='intake.consultrequest')),
            ],
            options={
                'indexes': [models.Index(fields=['address_digest', 'sent_at'], name='intake_sending_address')],
            },
        ),
    ]
