package kinds

import serverlessrepo "github.com/upbound/provider-aws/v2/apis/namespaced/serverlessrepo/v1beta1"

var serverlessrepoKinds = []Record{
	{
		GVK: serverlessrepo.CloudFormationStack_GroupVersionKind, Object: &serverlessrepo.CloudFormationStack{},
		Keys: []string{"rotation-application"},
		Actions: []string{
			"serverlessrepo:CreateCloudFormationChangeSet", "serverlessrepo:GetApplication",
			"serverlessrepo:CreateCloudFormationTemplate", "serverlessrepo:GetCloudFormationTemplate",
			"cloudformation:CreateChangeSet", "cloudformation:DescribeChangeSet", "cloudformation:ExecuteChangeSet",
			"cloudformation:DescribeStacks", "cloudformation:DeleteStack", "lambda:CreateFunction",
			"lambda:GetFunction", "lambda:DeleteFunction", "lambda:AddPermission", "lambda:RemovePermission",
			"lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:TagResource", "s3:GetObject",
			"iam:CreateRole", "iam:GetRole", "iam:DeleteRole", "iam:TagRole", "iam:PutRolePolicy", "iam:GetRolePolicy",
			"iam:DeleteRolePolicy", "iam:AttachRolePolicy", "iam:DetachRolePolicy",
		},
		PassesRoleTo: "lambda.amazonaws.com",
		NoProof:      waited,
		Immutable:    []string{"applicationId", "name"},
		Simulated: func(a *Answer) {
			a.arn("cloudformation", "stack/serverlessrepo-"+a.param("name")+"/"+a.hash(16))
			a.At["id"] = a.At["arn"]
			parameters, _ := a.Params["parameters"].(map[string]any)
			function, _ := parameters["functionName"].(string)
			a.At["outputs"] = map[string]any{
				"RotationLambdaARN": "arn:aws:lambda:" + a.Region + ":" + account + ":function:" + function,
			}
		},
	},
}
