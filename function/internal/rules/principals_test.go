package rules

const role = `
desired:
  vpc: {aws: ec2/VPC, at: {ownerId: '111122223333'}}
  role-task:
    aws: iam/Role
    with:
      assumeRolePolicy: >-
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}, "ArnLike": {"aws:SourceArn": "arn:aws:ecs:us-east-1:111122223333:*"}}}]}
`

var principalExamples = map[string]example{
	"principal-no-everybody": {`
desired:
  bucket-app-policy:
    aws: s3/BucketPolicy
    with: {policy: '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}'}
  rolepolicy-task:
    aws: iam/RolePolicy
    with: {policy: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'}
`, map[string]breakage{
		"DenyBecomesAllow": {`desired: {bucket-app-policy: {with: {policy: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}'}}}`, "bucket-app-policy allows everybody [s3:*]"},
		"AnyAWSAccount":    {`desired: {bucket-app-policy: {with: {policy: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": "s3:*", "Resource": "*"}]}'}}}`, "bucket-app-policy allows everybody"},
		"NotPrincipal":     {`desired: {bucket-app-policy: {with: {policy: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "NotPrincipal": {"AWS": "a"}, "Action": "s3:*", "Resource": "*"}]}'}}}`, "bucket-app-policy has a statement \"\" of all but some"},
		"NoPrincipal":      {`desired: {bucket-app-policy: {with: {policy: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'}}}`, "bucket-app-policy has a statement \"\" of nobody"},
		"NoEffect":         {`desired: {bucket-app-policy: {with: {policy: '{"Version": "2012-10-17", "Statement": [{"Principal": {"AWS": "a"}, "Action": "s3:*"}]}'}}}`, "bucket-app-policy has a statement \"\" of the effect \"\""},
		"NotJSON":          {`desired: {bucket-app-policy: {with: {policy: 'deny'}}}`, "bucket-app-policy has a policy that is no policy"},
		"OldVersion":       {`desired: {bucket-app-policy: {with: {policy: '{"Version": "2008-10-17", "Statement": [{"Effect": "Deny", "Principal": "*"}]}'}}}`, "bucket-app-policy has a policy that is no policy of version 2012-10-17"},
		"InARole":          {`desired: {rolepolicy-task: {with: {policy: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "a"}, "Action": "s3:GetObject", "Resource": "*"}]}'}}}`, "rolepolicy-task names a principal"},
	}},
	"principal-known": {role, map[string]breakage{
		"OtherService": {`desired: {role-task: {with: {assumeRolePolicy: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'}}}`, "role-task allows lambda.amazonaws.com, which is not in the table"},
		"NoCondition":  {`desired: {role-task: {with: {assumeRolePolicy: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'}}}`, "role-task allows ecs-tasks.amazonaws.com, which is not in the table"},
		"OtherAccount": {"desired: {vpc: {at: {ownerId: '444455556666'}}}", "role-task does not allow ecs-tasks.amazonaws.com if ArnLike aws:SourceArn arn:aws:ecs:us-east-1:444455556666:*"},
		"UnknownKey":   {`desired: {role-worker: {aws: iam/Role, with: {assumeRolePolicy: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'}}}`, "role-worker has a policy and no row in the table of callers"},
	}},
	"principal-known-policies": {role, map[string]breakage{
		"QueuePolicy": {`desired: {queue-jobs: {aws: sqs/Queue, with: {policy: '{"Statement": [{"Effect": "Allow"}]}'}}}`, "queue-jobs has a policy in policy, which no rule reads"},
	}},
}
