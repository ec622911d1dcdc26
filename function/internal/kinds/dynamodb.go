package kinds

import (
	"maps"

	dynamodb "github.com/upbound/provider-aws/v2/apis/namespaced/dynamodb/v1beta1"
)

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
	Proofs: []Proof{{Field: "arn"}},
	Loss: "the items in it, except for the archive and a backup that AWS keeps for 35 days if " +
		"the table has a history",
	RetainedWhileProtected: true,
	Immutable:              []string{"hashKey", "rangeKey"},
	Simulated: func(a *Answer) {
		a.arn("dynamodb", "table/"+a.External())
		unlimited(a.At)
		indexes, _ := a.At["globalSecondaryIndex"].([]any)
		var answered []any
		for _, i := range indexes {
			index, _ := i.(map[string]any)
			index = maps.Clone(index)
			unlimited(index)
			answered = append(answered, index)
		}
		if answered != nil {
			a.At["globalSecondaryIndex"] = answered
		}
		if on, _ := a.Params["streamEnabled"].(bool); on {
			arn, _ := a.At["arn"].(string)
			a.At["streamArn"] = arn + "/stream/2026-01-02T03:00:00.000"
		}
	},
}}

// unlimited leaves out what has no limits, as DynamoDB does. -1 takes a limit away.
func unlimited(answer map[string]any) {
	limits, _ := answer["onDemandThroughput"].(map[string]any)
	if limits["maxReadRequestUnits"] == -1.0 && limits["maxWriteRequestUnits"] == -1.0 {
		delete(answer, "onDemandThroughput")
	}
}
