package kinds

import secretsmanager "github.com/upbound/provider-aws/v2/apis/namespaced/secretsmanager/v1beta1"

var secretsmanagerKinds = []Record{
	{
		GVK: secretsmanager.Secret_GroupVersionKind, Object: &secretsmanager.Secret{},
		Keys: []string{"secret-db", "secret-user-*"},
		Actions: []string{
			"secretsmanager:CreateSecret", "secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy",
			"secretsmanager:UpdateSecret", "secretsmanager:RestoreSecret", "secretsmanager:DeleteSecret",
			"secretsmanager:TagResource", "secretsmanager:UntagResource",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Loss:      "the credentials in it, once AWS's recovery window ends",
		Immutable: []string{"name"},
		Simulated: func(a *Answer) {
			a.arn("secretsmanager", "secret:"+a.param("name")+"-"+a.hash(6))
			a.At["id"] = a.At["arn"]
		},
	},
	{
		GVK: secretsmanager.SecretRotation_GroupVersionKind, Object: &secretsmanager.SecretRotation{},
		Keys: []string{"secretrotation-*"},
		Actions: []string{
			"secretsmanager:RotateSecret", "secretsmanager:CancelRotateSecret", "secretsmanager:DescribeSecret",
			"lambda:InvokeFunction",
		},
		NoProof:   setting,
		Immutable: []string{"secretId", "secretIdRef"},
		Simulated: func(a *Answer) {
			a.At["rotationEnabled"] = true
			a.At["id"] = a.param("secretId")
		},
	},
	{
		GVK: secretsmanager.SecretVersion_GroupVersionKind, Object: &secretsmanager.SecretVersion{},
		Keys: []string{"secretversion-*"},
		Actions: []string{
			"secretsmanager:PutSecretValue", "secretsmanager:GetSecretValue",
			"secretsmanager:UpdateSecretVersionStage", "secretsmanager:DescribeSecret", "kms:Decrypt",
			"kms:GenerateDataKey",
		},
		Proofs:    []Proof{{Field: "versionId"}},
		Immutable: []string{"secretIdRef", "secretStringSecretRef"},
		Simulated: func(a *Answer) {
			a.At["id"] = "simulated|" + a.hash(12)
			a.At["versionId"] = a.hash(12)
			a.At["versionStages"] = []any{"AWSCURRENT"}
		},
	},
}
