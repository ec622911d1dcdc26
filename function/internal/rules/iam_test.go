package rules

import "testing"

const (
	execution = `
claim: {backend: {image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/shop:1', secrets: {TOKEN: {secretARN: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:token-AbCdEf'}}}}
desired:
  vpc: {aws: ec2/VPC, at: {ownerId: '111122223333'}}
  loggroup-backend: {aws: cloudwatchlogs/Group, external: /kasha/backend, with: {region: us-east-1}, at: {arn: 'arn:aws:logs:us-east-1:111122223333:log-group:/kasha/backend'}}
  role-execution:
    aws: iam/Role
    at: {arn: 'arn:execution'}
    with: {assumeRolePolicy: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}]}'}
  rolepolicy-execution:
    aws: iam/RolePolicy
    with:
      roleRef: {name: shop-role-execution}
      policy: >-
        {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        {"Effect": "Allow", "Action": ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], "Resource": "arn:aws:ecr:us-east-1:111122223333:repository/shop"},
        {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "arn:aws:logs:us-east-1:111122223333:log-group:/kasha/backend:*"},
        {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "arn:aws:secretsmanager:us-east-1:111122223333:secret:token-AbCdEf"},
        {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/*", "Condition": {"StringEquals": {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}}}]}
  taskdefinition-backend-1:
    aws: ecs/TaskDefinition
    with:
      executionRoleArn: 'arn:execution'
      containerDefinitions: >-
        [{"name": "backend", "image": "111122223333.dkr.ecr.us-east-1.amazonaws.com/shop:1",
        "secrets": [{"name": "TOKEN", "valueFrom": "arn:aws:secretsmanager:us-east-1:111122223333:secret:token-AbCdEf:key::"}],
        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/kasha/backend", "awslogs-region": "us-east-1"}}}]
`
	backend = `
claim: {database: {iamUsers: [app]}}
desired:
  vpc: {aws: ec2/VPC, at: {ownerId: '111122223333'}}
  key-data: {aws: kms/Key, at: {arn: 'arn:aws:kms:us-east-1:111122223333:key/1'}}
  bucket-app: {aws: s3/Bucket, at: {arn: 'arn:aws:s3:::shop-app'}}
  queue-jobs: {aws: sqs/Queue, at: {arn: 'arn:aws:sqs:us-east-1:111122223333:jobs', url: 'https://sqs/jobs'}}
  dlq-jobs: {aws: sqs/Queue, at: {arn: 'arn:aws:sqs:us-east-1:111122223333:jobs-dlq', url: 'https://sqs/jobs-dlq'}}
  db-primary: {aws: rds/Instance, at: {resourceId: db-ABC}}
  role-task: {aws: iam/Role, at: {arn: 'arn:task'}}
  rolepolicy-task:
    aws: iam/RolePolicy
    with:
      roleRef: {name: shop-role-task}
      policy: >-
        {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"], "Resource": "arn:aws:s3:::shop-app/*"},
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::shop-app"},
        {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], "Resource": "arn:aws:secretsmanager:us-east-1:111122223333:secret:db"},
        {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "arn:aws:kms:us-east-1:111122223333:key/1"},
        {"Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"], "Resource": "arn:aws:sqs:us-east-1:111122223333:jobs"},
        {"Effect": "Allow", "Action": "rds-db:connect", "Resource": "arn:aws:rds-db:us-east-1:111122223333:dbuser:db-ABC/app"}]}
  taskdefinition-backend-1:
    aws: ecs/TaskDefinition
    with:
      taskRoleArn: 'arn:task'
      containerDefinitions: >-
        [{"name": "backend", "environment": [{"name": "BUCKET", "value": "shop-app"}, {"name": "QUEUE_URL_JOBS", "value": "https://sqs/jobs"},
        {"name": "DB_SECRET_ARN", "value": "arn:aws:secretsmanager:us-east-1:111122223333:secret:db"}]}]
  taskdefinition-frontend-1: {aws: ecs/TaskDefinition, with: {containerDefinitions: '[{"name": "frontend"}]'}}
`
	flowLogs = `
desired:
  vpc: {aws: ec2/VPC, at: {ownerId: '111122223333'}}
  loggroup-flowlogs: {aws: cloudwatchlogs/Group, at: {arn: 'arn:aws:logs:us-east-1:111122223333:log-group:flow'}}
  role-flowlogs: {aws: iam/Role}
  rolepolicy-flowlogs:
    aws: iam/RolePolicy
    with:
      roleRef: {name: shop-role-flowlogs}
      policy: >-
        {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"], "Resource": "arn:aws:logs:us-east-1:111122223333:log-group:flow:*"},
        {"Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "arn:aws:logs:us-east-1:111122223333:log-group:*"}]}
  flowlog-60: {aws: ec2/FlowLog, with: {iamRoleArnRef: {name: shop-role-flowlogs}, logDestinationRef: {name: shop-loggroup-flowlogs}}}
  role-rds-monitoring: {aws: iam/Role}
  attachment-rds-monitoring: {aws: iam/RolePolicyAttachment, with: {roleRef: {name: shop-role-rds-monitoring}, policyArn: 'arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole'}}
`
	restoreRole = `
desired:
  restore-test:
    aws: cloudformation/Stack
    with:
      templateBody: >-
        {"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
        "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores"]}}}}
`
)

// rolePolicy is a policy of one statement, which replaces that of a role.
func rolePolicy(key, statement string) string {
	return `desired: {` + key + `: {with: {policy: '{"Version": "2012-10-17", "Statement": [` + statement + `]}'}}}`
}

var iamExamples = map[string]example{
	"iam-actions-exist": {execution, map[string]breakage{
		"NoSuchAction":   {rolePolicy("rolepolicy-execution", `{"Effect": "Allow", "Action": "ecr:PullImage", "Resource": "*"}`), `rolepolicy-execution has in its statement "" the action ecr:PullImage, which AWS does not document`},
		"NoSuchPattern":  {rolePolicy("rolepolicy-execution", `{"Effect": "Allow", "Action": "ecr:Pull*", "Resource": "*"}`), `rolepolicy-execution has in its statement "" the action ecr:Pull*`},
		"NoSuchService":  {rolePolicy("rolepolicy-execution", `{"Effect": "Allow", "Action": "ecs-tasks:Run", "Resource": "*"}`), `rolepolicy-execution has in its statement "" the action ecs-tasks:Run`},
		"AnotherType":    {rolePolicy("rolepolicy-execution", `{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop"}`), `rolepolicy-execution has in its statement "" the action s3:GetObject beside arn:aws:s3:::shop`},
		"NoneIsAny":      {rolePolicy("rolepolicy-execution", `{"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "arn:aws:ecr:us-east-1:111122223333:repository/shop"}`), `rolepolicy-execution has in its statement "" the action ecr:GetAuthorizationToken beside`},
		"NoSuchKey":      {rolePolicy("rolepolicy-execution", `{"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*", "Condition": {"StringEquals": {"kms:ViaService": "a"}}}`), `rolepolicy-execution has in its statement "" the condition key kms:ViaService`},
		"InATrustPolicy": {`desired: {role-execution: {with: {assumeRolePolicy: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:Assume"}]}'}}}`, `role-execution has in its statement "" the action sts:Assume`},
	}},
	"iam-resources-are-composed": {execution, map[string]breakage{
		"AnotherName":   {rolePolicy("rolepolicy-execution", `{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "arn:aws:logs:us-east-1:111122223333:log-group:/kasha/frontend:*"}`), "rolepolicy-execution speaks of arn:aws:logs:us-east-1:111122223333:log-group:/kasha/frontend:*"},
		"OtherSecret":   {"claim: {backend: {secrets: null}}", "rolepolicy-execution speaks of arn:aws:secretsmanager"},
		"OtherRegistry": {"claim: {backend: {image: nginx}}", "rolepolicy-execution speaks of arn:aws:ecr"},
	}},
	"iam-no-star": {execution, map[string]breakage{
		"EveryAction":   {rolePolicy("rolepolicy-execution", `{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::shop"}`), "rolepolicy-execution allows s3:*"},
		"EveryResource": {rolePolicy("rolepolicy-execution", `{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}`), "rolepolicy-execution allows s3:GetObject on [*]"},
	}},
	"iam-trust": {execution, map[string]breakage{
		"OtherService": {`desired: {role-execution: {with: {assumeRolePolicy: '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'}}}`, `taskdefinition-backend-1 has the executionRoleArn "role-execution", which ecs-tasks.amazonaws.com cannot assume`},
		"OtherAccount": {"desired: {vpc: {at: {ownerId: '444455556666'}}}", `taskdefinition-backend-1 has the executionRoleArn "role-execution"`},
		"OtherRole":    {"desired: {taskdefinition-backend-1: {with: {executionRoleArn: 'arn:unknown'}}}", `taskdefinition-backend-1 has the executionRoleArn ""`},
		"Denied":       {`desired: {role-execution: {with: {assumeRolePolicy: '{"Statement": [{"Effect": "Deny", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'}}}`, "taskdefinition-backend-1 has the executionRoleArn"},
		"ByReference":  {"desired: {db-primary: {aws: rds/Instance, with: {monitoringRoleArnRef: {name: shop-role-execution}}}}", `db-primary has the monitoringRoleArn "role-execution", which monitoring.rds.amazonaws.com cannot assume`},
	}},
	"iam-tasks-start": {execution, map[string]breakage{
		"NoToken":       {rolePolicy("rolepolicy-execution", `{"Effect": "Allow", "Action": "ecr:BatchGetImage", "Resource": "*"}`), "taskdefinition-backend-1 cannot start its container backend: role-execution may not ecr:GetAuthorizationToken"},
		"OtherImage":    {`desired: {taskdefinition-backend-1: {with: {containerDefinitions: '[{"name": "backend", "image": "111122223333.dkr.ecr.us-east-1.amazonaws.com/other:1", "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/kasha/backend", "awslogs-region": "us-east-1"}}}]'}}}`, "taskdefinition-backend-1 cannot start its container backend: role-execution may not ecr:BatchCheckLayerAvailability on arn:aws:ecr:us-east-1:111122223333:repository/other"},
		"OtherLogGroup": {"desired: {loggroup-backend: {external: /kasha/frontend}}", `taskdefinition-backend-1 cannot start its container backend: its log group "/kasha/backend" is not composed`},
		"OtherRole":     {"desired: {rolepolicy-execution: {with: {roleRef: {name: shop-role-task}}}}", "taskdefinition-backend-1 cannot start its container backend: role-execution may not"},
		"NoContainers":  {"desired: {taskdefinition-backend-1: {with: {containerDefinitions: '{}'}}}", "taskdefinition-backend-1 has no containers"},
		"NoSecret":      {rolePolicy("rolepolicy-execution", `{"Effect": "Allow", "Action": ["ecr:*", "logs:*", "kms:*"], "Resource": "*"}`), "taskdefinition-backend-1 cannot start its container backend: role-execution may not secretsmanager:GetSecretValue"},
		"NoSecretKey":   {rolePolicy("rolepolicy-execution", `{"Effect": "Allow", "Action": ["ecr:*", "logs:*", "secretsmanager:*"], "Resource": "*"}`), "taskdefinition-backend-1 cannot start its container backend: role-execution may not kms:Decrypt"},
		"KeyByItself":   {rolePolicy("rolepolicy-execution", `{"Effect": "Allow", "Action": ["ecr:*", "logs:*", "secretsmanager:*"], "Resource": "*"}, {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}}`), "taskdefinition-backend-1 cannot start its container backend: role-execution may not kms:Decrypt"},
	}},
	"iam-backend-bindings": {backend, map[string]breakage{
		"FrontendRole": {"desired: {taskdefinition-frontend-1: {with: {taskRoleArn: 'arn:task'}}}", "taskdefinition-frontend-1 gives the frontend a role"},
		"OtherBucket":  {"desired: {bucket-app: {at: {arn: 'arn:aws:s3:::shop-other'}}}", "taskdefinition-backend-1 is told of the bucket shop-app, which is not composed"},
		"OtherQueue":   {"desired: {queue-jobs: {at: {url: 'https://sqs/other'}}}", "taskdefinition-backend-1 is told of the queue https://sqs/jobs, which is not composed"},
		"OtherARN":     {"desired: {queue-jobs: {at: {arn: 'arn:aws:sqs:us-east-1:111122223333:other'}}}", "taskdefinition-backend-1 role-task may not sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:other"},
		"DeadLetters":  {"desired: {dlq-jobs: {at: {arn: 'arn:aws:sqs:us-east-1:111122223333:jobs'}}}", "taskdefinition-backend-1 role-task may sqs:ReceiveMessage"},
		"OtherKey":     {"desired: {key-data: {at: {arn: 'arn:aws:kms:us-east-1:111122223333:key/2'}}}", "taskdefinition-backend-1 role-task may not kms:Decrypt"},
		"OtherUser":    {"claim: {database: {iamUsers: [reports]}}", "taskdefinition-backend-1 role-task may not rds-db:connect"},
		"OtherRole":    {"desired: {role-task: {at: {arn: 'arn:other'}}}", "taskdefinition-backend-1  may not s3:GetObject"},
		"Nothing":      {rolePolicy("rolepolicy-task", `{"Effect": "Deny", "Action": "*", "Resource": "*"}`), "taskdefinition-backend-1 role-task may not secretsmanager:GetSecretValue"},
	}},
	"iam-services-act": {flowLogs, map[string]breakage{
		"OtherGroup":    {"desired: {loggroup-flowlogs: {at: {arn: 'arn:aws:logs:us-east-1:111122223333:log-group:other'}}}", "flowlog-60 role-flowlogs may not logs:CreateLogStream"},
		"OtherRole":     {"desired: {flowlog-60: {with: {iamRoleArnRef: {name: shop-role-task}}}}", "flowlog-60 role-task may not logs:CreateLogStream"},
		"NoAttachment":  {"desired: {attachment-rds-monitoring: null}", "role-rds-monitoring lacks the policy arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"},
		"Administrator": {"desired: {attachment-rds-monitoring: {with: {policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess'}}}", "attachment-rds-monitoring gives role-rds-monitoring the policy arn:aws:iam::aws:policy/AdministratorAccess"},
		"AnyAttachment": {"desired: {attachment-task: {aws: iam/RolePolicyAttachment, with: {roleRef: {name: shop-role-task}, policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess'}}}", "attachment-task gives role-task the policy"},
		"Proxy":         {"desired: {db-proxy: {aws: rds/Proxy, with: {roleArnRef: {name: shop-role-flowlogs}, auth: [{secretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:db'}]}}}", "db-proxy role-flowlogs may not secretsmanager:GetSecretValue"},
		"RestoreTest":   {"desired: {role-backup: {aws: iam/Role, at: {arn: 'arn:backup'}}, restore-test: {aws: cloudformation/Stack, with: {templateBody: 'arn:backup'}}}", "restore-test role-backup may not iam:PassRole"},
	}},
	"iam-restore-test-role": {restoreRole, map[string]breakage{
		"OtherService": {`desired: {restore-test: {with: {templateBody: '{"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sts:AssumeRole"}]}}}}}'}}}`, "restore-test lets somebody else than AWS Backup assume its role Role"},
		"MorePolicies": {`desired: {restore-test: {with: {templateBody: '{"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}]}, "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]}}}}'}}}`, "restore-test gives its role Role other policies"},
		"NotJSON":      {"desired: {restore-test: {with: {templateBody: 'Resources:'}}}", "restore-test has a template that is not JSON"},
	}},
	"iam-boundary": {`
claim: {permissionsBoundaryARN: 'arn:boundary'}
desired: {role-task: {aws: iam/Role, with: {permissionsBoundary: 'arn:boundary'}}}
`, map[string]breakage{
		"None":    {"desired: {role-task: {with: {permissionsBoundary: null}}}", `role-task has the boundary "", want "arn:boundary"`},
		"Another": {"claim: {permissionsBoundaryARN: 'arn:other'}", `role-task has the boundary "arn:boundary", want "arn:other"`},
	}},
}

// TestAllows: the rules about permissions rely on what a policy means.
func TestAllows(t *testing.T) {
	read := request{action: "s3:GetObject", resource: "arn:aws:s3:::shop/a/b"}
	from := func(service, account string) request {
		return request{kind: "Service", caller: service, action: "kms:Decrypt", context: map[string]string{"aws:SourceAccount": account, "aws:SourceArn": "arn:aws:logs:a"}}
	}
	cases := map[string]struct {
		reason, policy string
		request        request
		want           bool
	}{
		"Nothing":       {"What nobody allows is refused.", `[]`, read, false},
		"Exact":         {"", `[{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop/a/b"}]`, read, true},
		"Stars":         {"A star in a resource spans slashes.", `[{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::shop/*"}]`, read, true},
		"OneCharacter":  {"", `[{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::sho?/a/b"}]`, read, true},
		"Case":          {"Actions have no case.", `[{"Effect": "Allow", "Action": "S3:getobject", "Resource": "*"}]`, read, true},
		"OtherResource": {"", `[{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop"}]`, read, false},
		"Prefix":        {"A pattern is of the whole ARN.", `[{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop/a"}]`, read, false},
		"Denied":        {"A Deny wins.", `[{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]`, read, false},
		"Service":       {"", `[{"Effect": "Allow", "Principal": {"Service": "a"}, "Action": "kms:*"}]`, from("a", "1"), true},
		"OtherService":  {"", `[{"Effect": "Allow", "Principal": {"Service": "b"}, "Action": "kms:*"}]`, from("a", "1"), false},
		"AsAnAccount":   {"A service is no account.", `[{"Effect": "Allow", "Principal": {"AWS": "a"}, "Action": "kms:*"}]`, from("a", "1"), false},
		"Everybody":     {"", `[{"Effect": "Allow", "Principal": "*", "Action": "kms:*"}]`, from("a", "1"), true},
		"Condition":     {"", `[{"Effect": "Allow", "Principal": {"Service": "a"}, "Action": "kms:*", "Condition": {"StringEquals": {"aws:SourceAccount": ["1", "2"]}}}]`, from("a", "2"), true},
		"OtherAccount":  {"", `[{"Effect": "Allow", "Principal": {"Service": "a"}, "Action": "kms:*", "Condition": {"StringEquals": {"aws:SourceAccount": "1"}}}]`, from("a", "3"), false},
		"BothMustHold":  {"", `[{"Effect": "Allow", "Principal": {"Service": "a"}, "Action": "kms:*", "Condition": {"StringEquals": {"aws:SourceAccount": "1"}, "ArnLike": {"aws:SourceArn": "arn:aws:sns:*"}}}]`, from("a", "1"), false},
		"NotTold":       {"A key that AWS does not send does not hold.", `[{"Effect": "Allow", "Principal": {"Service": "a"}, "Action": "kms:*", "Condition": {"StringEquals": {"kms:ViaService": "s3"}}}]`, from("a", "1"), false},
		"NotKnown":      {"An operator that is not known here does not hold.", `[{"Effect": "Allow", "Principal": {"Service": "a"}, "Action": "kms:*", "Condition": {"NumericLessThan": {"aws:SourceAccount": "1"}}}]`, from("a", "1"), false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var d document
			if err := decode(`{"Version": "2012-10-17", "Statement": `+tc.policy+`}`, &d); err != nil {
				t.Fatal(err)
			}
			if got := d.allows(tc.request); got != tc.want {
				t.Errorf("%s\n%s is allowed: %v, want %v", tc.reason, tc.request, got, tc.want)
			}
		})
	}
}

// TestUnknownActions: the reference must know what is there, and nothing else.
func TestUnknownActions(t *testing.T) {
	got, err := UnknownActions([]string{"s3:GetObject", "s3:Get*", "s3:Getobject", "s3:Fetch*", "ec2:DescribeVpcs", "nothing:Do"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"s3:Getobject", "s3:Fetch*", "nothing:Do"}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("unknown are %v, want %v", got, want)
	}
}
