package plan

import (
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Maximum lengths of names in AWS.
const (
	// LimitLoadBalancer is the limit for load balancers and target groups:
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
	LimitLoadBalancer = 32
	// LimitRole is the limit for IAM roles:
	// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
	LimitRole = 64
	// LimitDatabase is the limit for RDS instances:
	// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
	LimitDatabase = 63
	// LimitBucket is the limit for S3 buckets:
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
	LimitBucket = 63
	// LimitBackup is the limit for AWS Backup vaults and selections:
	// https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupVault.html
	LimitBackup = 50
	// LimitQueue is the limit for SQS queues:
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
	LimitQueue = 80
	// LimitCache is the limit for ElastiCache's serverless caches, users and user groups:
	// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html
	LimitCache = 40
	// LimitTable is the limit for DynamoDB tables:
	// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
	LimitTable = 255
	// LimitAlarm is the limit for CloudWatch alarms:
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
	LimitAlarm = 255
	// LimitFunction is the limit for Lambda functions:
	// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
	LimitFunction = 64
	// LimitRule is the limit for EventBridge rules:
	// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
	LimitRule = 64
	// LimitCloudFront is the limit for CloudFront functions and origin access controls:
	// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateFunction.html
	LimitCloudFront = 64
	// LimitName is for names whose limit in AWS is longer than any name that a claim can
	// lead to.
	LimitName = 128
)

// Suffixes of the IAM roles' names.
const (
	RoleExecution     = "ecsTaskExecution"
	RoleTask          = "ecsTaskRole"
	RoleRDSMonitoring = "rds-monitoring"
	RoleFlowLogs      = "flow-logs"
	RoleBackup        = "backup"
	RoleProxy         = "db-proxy"
	RoleScheduler     = "scheduler"
	RoleUploads       = "uploads"
	RoleRunner        = "runner"
)

// Account returns a token for the ID of the AWS account, which the VPC is the first to
// report.
func Account() string { return stack.Await(keys.VPC, "ownerId") }

// RegionalARN is the ARN of a resource of this account in the claim's region. It contains
// the token of Account.
func (p *Plan) RegionalARN(service, resource string) string {
	return "arn:aws:" + service + ":" + p.stack.Region + ":" + Account() + ":" + resource
}

// RootARN is the ARN that stands for all identities of the account. It contains the token of
// Account.
func RootARN() string { return "arn:aws:iam::" + Account() + ":root" }

// RoleName is the name in AWS of one of the stack's IAM roles.
func (p *Plan) RoleName(suffix string) string { return p.stack.Name(suffix, LimitRole) }

// RoleARN is the ARN of one of the stack's IAM roles. It contains the token of Account.
func (p *Plan) RoleARN(suffix string) string {
	return "arn:aws:iam::" + Account() + ":role" + p.RolePath() + p.RoleName(suffix)
}

// RolePath is the path of the stack's IAM roles. A policy can name it without knowing any
// claim. AWS cannot change a role's path, so the roles of a legacy stack keep the path /.
func (p *Plan) RolePath() string {
	if p.stack.Legacy() {
		return "/"
	}
	return "/kasha/"
}

// accountLen is the length of an AWS account's ID.
const accountLen = 12

// BucketName is a globally unique name, because it contains the account and the region. AWS
// cannot rename a bucket, so the name never changes. It contains the token of Account.
func (p *Plan) BucketName(suffix string) string {
	room := LimitBucket - accountLen - len(p.stack.Region) - len("--")
	return p.stack.Name(suffix, room) + "-" + Account() + "-" + p.stack.Region
}

// LogGroupName is the name of the log group of a workload's containers.
func (p *Plan) LogGroupName(workload string) string {
	return "/kasha/" + p.stack.ID + "/ecs/" + workload
}

// RepositoryName is the name of the ECR repository for a workload's images.
func (p *Plan) RepositoryName(workload string) string { return p.stack.ID + "/" + workload }

// QueueName is the name in AWS of one of the claim's queues.
func (p *Plan) QueueName(queue string) string { return p.queueName(queue, queue) }

// DeadLetterName is the name in AWS of a queue's dead-letter queue.
func (p *Plan) DeadLetterName(queue string) string { return p.queueName(queue, queue+"-dlq") }

// queueName gives the name of a FIFO queue the end by which SQS knows it.
func (p *Plan) queueName(queue, suffix string) string {
	const fifo = ".fifo"
	for _, q := range p.Claim.Spec.Queues {
		if q.Name == queue && q.FIFO != nil {
			return p.stack.Name(suffix, LimitQueue-len(fifo)) + fifo
		}
	}
	return p.stack.Name(suffix, LimitQueue)
}

// TableName is the name in AWS of one of the claim's tables.
func (p *Plan) TableName(table string) string { return p.stack.Name(table, LimitTable) }

// DatabaseID is the RDS identifier of the database instance behind a key:
// shop-1a2b3c-db-primary.
func (p *Plan) DatabaseID(key stack.Key) string { return p.stack.Name(string(key), LimitDatabase) }

// SubnetGroupName is the name of the DB subnet group of the data subnets.
func (p *Plan) SubnetGroupName() string { return p.stack.Name("data", LimitName) }

// MetricNamespace is the namespace of the metrics that are counted from the claim's logs.
func (p *Plan) MetricNamespace() string { return "Kasha/" + p.stack.ID }
