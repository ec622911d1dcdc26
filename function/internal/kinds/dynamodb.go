package kinds

import dynamodb "github.com/upbound/provider-aws/v2/apis/namespaced/dynamodb/v1beta1"

var dynamodbKinds = []Record{{
	GVK: dynamodb.Table_GroupVersionKind, Object: &dynamodb.Table{},
	Keys: []string{"table-*"},
	Actions: []string{
		"dynamodb:CreateTable", "dynamodb:DescribeTable", "dynamodb:UpdateTable", "dynamodb:DeleteTable",
		"dynamodb:DescribeContinuousBackups", "dynamodb:UpdateContinuousBackups", "dynamodb:DescribeTimeToLive",
		"dynamodb:UpdateTimeToLive", "dynamodb:ListTagsOfResource", "dynamodb:TagResource",
		"dynamodb:UntagResource", "kms:CreateGrant", "kms:DescribeKey", "kms:Encrypt", "kms:Decrypt",
		"kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo",
	},
	// The provider waits until a new table is active.
	Proofs:                 []Proof{{Field: "arn"}},
	Loss:                   "the items in it, except for the archive and a backup that AWS keeps for 35 days if the table has a history",
	RetainedWhileProtected: true,
	Immutable:              []string{"hashKey", "rangeKey"},
	Simulated: func(a *Answer) {
		a.arn("dynamodb", "table/"+a.External())
		if on, _ := a.Params["streamEnabled"].(bool); on {
			arn, _ := a.At["arn"].(string)
			a.At["streamArn"] = arn + "/stream/2026-01-02T03:00:00.000"
		}
	},
}}
