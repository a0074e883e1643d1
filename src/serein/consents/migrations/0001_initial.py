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
            name='ConsentDocument',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('version', models.CharField(max_length=20)),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('issued_date', models.DateField()),
                ('valid_days', models.PositiveSmallIntegerField()),
                ('keeps_valid', models.JSONField(default=list)),
                ('published_at', models.DateTimeField()),
                ('published_by_id', models.CharField(max_length=36)),
                ('published_by_name', models.CharField(max_length=200)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'version'), name='consents_document_version_once'), models.CheckConstraint(condition=models.Q(('valid_days__gte', 1), ('valid_days__lte', 730)), name='consents_document_valid_days'), models.CheckConstraint(condition=models.Q(models.Q(('version', ''), _negated=True), models.Q(('title', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='consents_document_has_words')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('signer_name', models.CharField(max_length=200)),
                ('method', models.CharField(max_length=20)),
                ('was_read_aloud', models.BooleanField(default=False)),
                ('may_tell_escort', models.BooleanField(null=True)),
                ('questions', models.TextField(blank=True)),
                ('signed_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by_name', models.CharField(max_length=200)),
                ('expires_at', models.DateTimeField()),
                ('state', models.CharField(default='signed', max_length=20)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('explained_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='consents.consentdocument')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'signed_at'], name='consents_consent_patient')],
                'constraints': [models.CheckConstraint(condition=models.Q(('method__in', ['in_person', 'on_paper'])), name='consents_consent_method_known'), models.CheckConstraint(condition=models.Q(('state__in', ['signed', 'withdrawn'])), name='consents_consent_state_known'), models.CheckConstraint(condition=models.Q(('signer_name', ''), _negated=True), name='consents_consent_has_name'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('signed_at'))), name='consents_consent_ends_after_signing'), models.CheckConstraint(condition=models.Q(('signed_at__lte', models.F('recorded_at'))), name='consents_consent_not_signed_ahead'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), ('withdrawn_at__isnull', False)), models.Q(('state', 'signed'), ('withdrawn_at__isnull', True)), _connector='OR'), name='consents_consent_withdrawn_has_time')],
            },
        ),
        migrations.CreateModel(
            name='ConsentTransition',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('from_state', models.CharField(max_length=30)),
                ('move', models.CharField(max_length=30)),
                ('to_state', models.CharField(max_length=30)),
                ('by_id', models.CharField(max_length=36)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='consents.consent')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
