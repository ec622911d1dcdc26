package grants

// guard denies what no claim needs, the changes of what is not a claim's, and other regions. The edge is in us-east-1.
// The guard is a policy of its own, because a condition on the Allow would be asked for every resource that a request
// is about, also for those that are AWS's own.
func guard() Policy {
	return Policy{Statement: []Statement{{
		Sid: "OnlyOurs", Effect: "Deny", Resource: anything, Condition: missing("aws:ResourceTag"), Action: onlyOurs,
	}, {
		// AWS asks for this also when a key is made with a policy. Then the request has the tag, and no key has it
		// yet.
		Sid: "OnlyOurKeys", Effect: "Deny", Resource: anything, Action: []string{"kms:PutKeyPolicy"},
		Condition: Condition{"Null": {"aws:ResourceTag/" + stack: {"true"}, "aws:RequestTag/" + stack: {"true"}}},
	}, {
		Sid: "Never", Effect: "Deny", Resource: anything, Action: never,
	}, {
		// These services have no region, or one only.
		Sid: "OtherRegions", Effect: "Deny", Resource: anything,
		NotAction: []string{"budgets:*", "cloudfront:*", "iam:*", "route53:*", "serverlessrepo:*"},
		Condition: Condition{"StringNotEquals": {"aws:RequestedRegion": {Region, "us-east-1"}}},
	}}}
}

// onlyOurs are actions that are about one resource, whose tags the service tells IAM.
var onlyOurs = []string{
	"acm:DeleteCertificate",
	"application-autoscaling:DeregisterScalableTarget",
	"backup:DeleteBackupPlan", "backup:UpdateBackupPlan",
	"cloudfront:DeleteDistribution", "cloudfront:DeleteVpcOrigin", "cloudfront:UpdateDistribution",
	"ec2:DeleteFlowLogs", "ec2:DeleteInternetGateway", "ec2:DeleteNatGateway", "ec2:DeleteRouteTable",
	"ec2:DeleteSecurityGroup", "ec2:DeleteSubnet", "ec2:DeleteVpc", "ec2:DeleteVpcEndpoints", "ec2:ReleaseAddress",
	"ecr:DeleteRepository",
	"ecs:DeleteCluster", "ecs:DeleteService", "ecs:UpdateService",
	"elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:DeleteTargetGroup",
	"kms:DisableKey", "kms:DisableKeyRotation", "kms:ScheduleKeyDeletion",
	"logs:DeleteLogGroup",
	"rds:DeleteDBClusterParameterGroup", "rds:DeleteDBInstance", "rds:DeleteDBParameterGroup", "rds:DeleteDBProxy",
	"rds:DeleteDBSubnetGroup", "rds:PromoteReadReplicaDBCluster", "rds:RebootDBInstance",
	"secretsmanager:DeleteSecret", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret",
	"sns:DeleteTopic",
	"sqs:DeleteQueue",
	"wafv2:DeleteIPSet", "wafv2:DeleteWebACL",
}

// never are actions by which the provider could undo what protects data, or its own bounds. No policy allows them; a
// Deny holds also where somebody attaches a wider policy.
var never = []string{
	"backup:DeleteBackupVault", "backup:DeleteBackupVaultLockConfiguration", "backup:DeleteRecoveryPoint",
	"iam:DeleteRolePermissionsBoundary",
	"rds:DeleteDBInstanceAutomatedBackup", "rds:DeleteDBSnapshot",
}

// boundary is the most that a role which the provider makes can do, whatever its policies say.
func boundary() Policy {
	return Policy{Statement: []Statement{{
		// What the roles' own policies allow, and AWS's policy for enhanced monitoring.
		Sid: "Applications", Effect: "Allow", Resource: anything, Action: []string{
			"cloudfront:CreateInvalidation",
			"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:BatchImportUpstreamImage",
			"ecr:GetAuthorizationToken", "ecr:GetDownloadUrlForLayer",
			"ecs:DescribeServices", "ecs:DescribeTasks", "ecs:GetTaskProtection", "ecs:ListTasks", "ecs:RunTask",
			"ecs:StopTask", "ecs:TagResource", "ecs:UpdateTaskProtection",
			"kms:Decrypt", "kms:GenerateDataKey",
			"logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams",
			"logs:GetLogEvents", "logs:PutLogEvents", "logs:PutRetentionPolicy",
			"rds-db:connect",
			"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject",
			"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue",
			"secretsmanager:UpdateSecretVersionStage",
			"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl",
			"sqs:ReceiveMessage", "sqs:SendMessage",
			"ssm:GetParameter", "ssm:GetParameters", "ssm:PutParameter",
			"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel",
			"ssmmessages:OpenDataChannel",
			// Of the collector in examples/telemetry.yaml.
			"xray:PutTelemetryRecords", "xray:PutTraceSegments",
		},
	}, {
		// AWS writes the policies of AWS Backup, and adds to them without notice. They are the bound.
		Sid: "Backups", Effect: "Allow", Resource: anything, Action: []string{
			"backup:*", "backup-storage:*", "ec2:Describe*", "kms:*", "rds:*", "tag:GetResources",
		},
	}, {
		Sid: "RestoreWithMonitoring", Effect: "Allow", Action: []string{"iam:PassRole"},
		Resource:  []string{iamARN("role/*-rds-monitoring")},
		Condition: Condition{"StringEquals": {"iam:PassedToService": {"monitoring.rds.amazonaws.com"}}},
	}, {
		// Schedules and the runner start tasks.
		Sid: "RunTasks", Effect: "Allow", Action: []string{"iam:PassRole"},
		Resource:  []string{iamARN("role/*-ecsTask*")},
		Condition: Condition{"StringEquals": {"iam:PassedToService": {"ecs-tasks.amazonaws.com"}}},
	}, {
		// Schedules call the runner, which has runs stopped in time.
		Sid: "CallTheRunner", Effect: "Allow", Action: []string{"lambda:InvokeFunction"},
		Resource: arns("lambda", "function:*-runner"),
	}, {
		Sid: "StopLater", Effect: "Allow", Action: []string{"scheduler:CreateSchedule"},
		Resource: arns("scheduler", "schedule/*/stop-*"),
	}, {
		Sid: "PassScheduler", Effect: "Allow", Action: []string{"iam:PassRole"},
		Resource:  []string{iamARN("role/*-scheduler")},
		Condition: Condition{"StringEquals": {"iam:PassedToService": {"scheduler.amazonaws.com"}}},
	}, {
		// A restored instance must not keep a role from protecting what was there.
		Sid: "Never", Effect: "Deny", Resource: anything, Action: []string{
			"backup:DeleteBackupVault*", "backup:DeleteRecoveryPoint", "backup:PutBackupVault*", "kms:DisableKey",
			"kms:PutKeyPolicy", "kms:ScheduleKeyDeletion",
		},
	}, {
		// AWS Backup deletes snapshots of its own, whose names are others. What a deleted database left behind stays.
		Sid: "FinalSnapshots", Effect: "Deny", Action: []string{"rds:DeleteDBSnapshot"},
		Resource: []string{"arn:aws:rds:*:*:snapshot:*-final-*"},
	}}}
}
