import django.db.models.deletion
import django.db.models.functions.text
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Staff',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(max_length=200)),
                ('role', models.CharField(choices=[('front_desk', 'front desk'), ('nurse', 'nurse'), ('prescriber', 'prescriber'), ('therapist', 'therapist'), ('custodian', 'custodian'), ('medical_director', 'medical director'), ('billing', 'billing'), ('admin', 'admin'), ('auditor', 'auditor')], max_length=30)),
                ('is_active', models.BooleanField(default=True)),
                ('added_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('timezone', models.CharField(max_length=60)),
                ('phone', models.CharField(max_length=40)),
                ('address', models.CharField(blank=True, max_length=300)),
                ('is_demo', models.BooleanField(default=False)),
                ('opened_at', models.DateTimeField()),
                ('safety_clinician', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='site_has_name'), models.CheckConstraint(condition=models.Q(('timezone', ''), _negated=True), name='site_has_zone')],
            },
        ),
        migrations.AddField(
            model_name='staff',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='staff', to='accounts.site'),
        ),
        migrations.AddConstraint(
            model_name='staff',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='staff_email_once'),
        ),
        migrations.AddConstraint(
            model_name='staff',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['front_desk', 'nurse', 'prescriber', 'therapist', 'custodian', 'medical_director', 'billing', 'admin', 'auditor'])), name='staff_role_known'),
        ),
    ]
