package kinds

import (
	"strings"

	elasticache "github.com/upbound/provider-aws/v2/apis/namespaced/elasticache/v1beta1"
)

var elasticacheKinds = []Record{
	{
		GVK: elasticache.ServerlessCache_GroupVersionKind, Object: &elasticache.ServerlessCache{},
		Keys: []string{"cache"},
		Actions: []string{
			"elasticache:CreateServerlessCache", "elasticache:DescribeServerlessCaches",
			"elasticache:ModifyServerlessCache", "elasticache:DeleteServerlessCache",
			"elasticache:AddTagsToResource", "elasticache:ListTagsForResource", "elasticache:RemoveTagsFromResource",
			"ec2:CreateTags", "ec2:CreateVpcEndpoint", "ec2:DeleteVpcEndpoints", "ec2:DescribeSecurityGroups",
			"ec2:DescribeSubnets", "ec2:DescribeTags", "ec2:DescribeVpcEndpoints", "ec2:DescribeVpcs",
			"kms:CreateGrant", "kms:DescribeKey",
		},
		Proofs: []Proof{{Field: "status", OneOf: []string{"available", "modifying"}}},
		Loss:   "what is in the cache, except for snapshots if it took some",
		Harms: []Harm{{
			Field: "snapshotRetentionLimit", Lowered: true, Does: "deletes the snapshots that are older",
		}},
		// The provider upgrades majorEngineVersion in place, and the schema refuses a downgrade.
		Immutable: []string{"kmsKeyId", "subnetIdRefs", "engine"},
		Simulated: func(a *Answer) {
			name := a.External()
			a.arn("elasticache", "serverlesscache:"+name)
			a.At["status"] = "available"
			address := name + "-" + strings.ToLower(a.hash(6)) + ".serverless.use1.cache.amazonaws.com"
			a.At["endpoint"] = []any{map[string]any{"address": address, "port": float64(6379)}}
			a.At["readerEndpoint"] = []any{map[string]any{"address": address, "port": float64(6380)}}
		},
	},
	{
		GVK: elasticache.User_GroupVersionKind, Object: &elasticache.User{},
		Keys: []string{"cacheuser-app"},
		Actions: []string{
			"elasticache:CreateUser", "elasticache:DescribeUsers", "elasticache:ModifyUser", "elasticache:DeleteUser",
			"elasticache:AddTagsToResource", "elasticache:ListTagsForResource", "elasticache:RemoveTagsFromResource",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Immutable: []string{"userName"},
		Simulated: func(a *Answer) { a.arn("elasticache", "user:"+a.External()) },
	},
	{
		GVK: elasticache.UserGroup_GroupVersionKind, Object: &elasticache.UserGroup{},
		Keys: []string{"cacheusers"},
		Actions: []string{
			"elasticache:CreateUserGroup", "elasticache:DescribeUserGroups", "elasticache:ModifyUserGroup",
			"elasticache:DeleteUserGroup",
			"elasticache:AddTagsToResource", "elasticache:ListTagsForResource", "elasticache:RemoveTagsFromResource",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Simulated: func(a *Answer) { a.arn("elasticache", "usergroup:"+a.External()) },
	},
}
