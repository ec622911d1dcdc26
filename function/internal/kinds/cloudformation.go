package kinds

import (
	"encoding/json"

	cloudformation "github.com/upbound/provider-aws/v2/apis/namespaced/cloudformation/v1beta1"
)

var cloudformationKinds = []Record{
	{
		GVK: cloudformation.Stack_GroupVersionKind, Object: &cloudformation.Stack{},
		Keys: []string{"restore-test", "runner"},
		Actions: []string{
			"cloudformation:CreateStack", "cloudformation:DescribeStacks", "cloudformation:DescribeStackEvents",
			"cloudformation:GetTemplate", "cloudformation:UpdateStack", "cloudformation:DeleteStack",
			"cloudformation:TagResource", "cloudformation:UntagResource", "backup:CreateRestoreTestingPlan",
			"backup:GetRestoreTestingPlan", "backup:UpdateRestoreTestingPlan", "backup:DeleteRestoreTestingPlan",
			"backup:CreateRestoreTestingSelection", "backup:GetRestoreTestingSelection",
			"backup:UpdateRestoreTestingSelection", "backup:DeleteRestoreTestingSelection", "backup:ListTags",
			"backup:TagResource", "backup:UntagResource", "iam:CreateRole", "iam:GetRole", "iam:DeleteRole",
			"iam:TagRole",
			"iam:AttachRolePolicy", "iam:DetachRolePolicy",
			"lambda:CreateFunction", "lambda:GetFunction", "lambda:GetFunctionConfiguration",
			"lambda:GetFunctionCodeSigningConfig", "lambda:GetFunctionRecursionConfig",
			"lambda:GetRuntimeManagementConfig", "lambda:UpdateFunctionCode",
			"lambda:UpdateFunctionConfiguration", "lambda:DeleteFunction", "lambda:ListTags",
			"lambda:TagResource", "lambda:UntagResource", "lambda:PutFunctionEventInvokeConfig",
			"lambda:GetFunctionEventInvokeConfig", "lambda:UpdateFunctionEventInvokeConfig",
			"lambda:DeleteFunctionEventInvokeConfig",
		},
		PassesRoleTo: "backup.amazonaws.com",
		Proofs:       []Proof{{Field: "id"}},
		Immutable:    []string{"name", "onFailure"},
		Simulated: func(a *Answer) {
			a.arn("cloudformation", "stack/"+a.param("name")+"/"+a.hash(16))
			a.At["id"] = a.At["arn"]
			if o := outputs(a.param("templateBody")); len(o) > 0 {
				a.At["outputs"] = o
			}
		},
	},
}

// outputs are those of a template whose values are plain.
func outputs(template string) map[string]any {
	var t struct {
		Outputs map[string]struct{ Value any }
	}
	_ = json.Unmarshal([]byte(template), &t)
	out := map[string]any{}
	for k, o := range t.Outputs {
		out[k] = o.Value
	}
	return out
}
