package kinds

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	acm "github.com/upbound/provider-aws/v2/apis/namespaced/acm/v1beta1"
	appautoscaling "github.com/upbound/provider-aws/v2/apis/namespaced/appautoscaling/v1beta1"
	backup "github.com/upbound/provider-aws/v2/apis/namespaced/backup/v1beta1"
	budgets "github.com/upbound/provider-aws/v2/apis/namespaced/budgets/v1beta1"
	cloudformation "github.com/upbound/provider-aws/v2/apis/namespaced/cloudformation/v1beta1"
	cloudfront "github.com/upbound/provider-aws/v2/apis/namespaced/cloudfront/v1beta1"
	cloudwatch "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatch/v1beta1"
	cloudwatchlogs "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatchlogs/v1beta1"
	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"
	ecr "github.com/upbound/provider-aws/v2/apis/namespaced/ecr/v1beta1"
	ecs "github.com/upbound/provider-aws/v2/apis/namespaced/ecs/v1beta1"
	elbv2 "github.com/upbound/provider-aws/v2/apis/namespaced/elbv2/v1beta1"
	iam "github.com/upbound/provider-aws/v2/apis/namespaced/iam/v1beta1"
	kms "github.com/upbound/provider-aws/v2/apis/namespaced/kms/v1beta1"
	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"
	route53 "github.com/upbound/provider-aws/v2/apis/namespaced/route53/v1beta1"
	s3 "github.com/upbound/provider-aws/v2/apis/namespaced/s3/v1beta1"
	secretsmanager "github.com/upbound/provider-aws/v2/apis/namespaced/secretsmanager/v1beta1"
	serverlessrepo "github.com/upbound/provider-aws/v2/apis/namespaced/serverlessrepo/v1beta1"
	sns "github.com/upbound/provider-aws/v2/apis/namespaced/sns/v1beta1"
	sqs "github.com/upbound/provider-aws/v2/apis/namespaced/sqs/v1beta1"
	wafv2 "github.com/upbound/provider-aws/v2/apis/namespaced/wafv2/v1beta1"
)

// ByKey is the kind behind every key that a claim can compose. An entry is a whole key,
// or the beginning of keys, which ends in "-*": the rest is a name out of the claim, a
// zone's letter, a port or a digest. No entry is the beginning of an entry of another
// kind, so a name in the claim cannot turn a key into one of another kind.
var ByKey = map[string]schema.GroupVersionKind{
	// The network.
	"vpc":                     ec2.VPC_GroupVersionKind,
	"igw":                     ec2.InternetGateway_GroupVersionKind,
	"subnet-*":                ec2.Subnet_GroupVersionKind,
	"association-*":           ec2.RouteTableAssociation_GroupVersionKind,
	"routetable-*":            ec2.RouteTable_GroupVersionKind,
	"route-*":                 ec2.Route_GroupVersionKind,
	"eip-*":                   ec2.EIP_GroupVersionKind,
	"nat-*":                   ec2.NATGateway_GroupVersionKind,
	"flowlog-*":               ec2.FlowLog_GroupVersionKind,
	"nacl-default":            ec2.DefaultNetworkACL_GroupVersionKind,
	"nacl-public":             ec2.NetworkACL_GroupVersionKind,
	"nacl-frontend":           ec2.NetworkACL_GroupVersionKind,
	"nacl-backend":            ec2.NetworkACL_GroupVersionKind,
	"nacl-data":               ec2.NetworkACL_GroupVersionKind,
	"naclrule-*":              ec2.NetworkACLRule_GroupVersionKind,
	"sg-default":              ec2.DefaultSecurityGroup_GroupVersionKind,
	"sg-alb":                  ec2.SecurityGroup_GroupVersionKind,
	"sg-alb-https":            ec2.SecurityGroup_GroupVersionKind,
	"sg-frontend":             ec2.SecurityGroup_GroupVersionKind,
	"sg-backend":              ec2.SecurityGroup_GroupVersionKind,
	"sg-backend-alb":          ec2.SecurityGroup_GroupVersionKind,
	"sg-db":                   ec2.SecurityGroup_GroupVersionKind,
	"sg-db-proxy":             ec2.SecurityGroup_GroupVersionKind,
	"sg-rotation":             ec2.SecurityGroup_GroupVersionKind,
	"sg-endpoints":            ec2.SecurityGroup_GroupVersionKind,
	"sgrule-*":                ec2.SecurityGroupRule_GroupVersionKind,
	"endpoint-s3":             ec2.VPCEndpoint_GroupVersionKind,
	"endpoint-ecr-api":        ec2.VPCEndpoint_GroupVersionKind,
	"endpoint-ecr-dkr":        ec2.VPCEndpoint_GroupVersionKind,
	"endpoint-kms":            ec2.VPCEndpoint_GroupVersionKind,
	"endpoint-logs":           ec2.VPCEndpoint_GroupVersionKind,
	"endpoint-secretsmanager": ec2.VPCEndpoint_GroupVersionKind,
	"endpoint-sqs":            ec2.VPCEndpoint_GroupVersionKind,

	"endpoint-s3-private-*": ec2.VPCEndpointRouteTableAssociation_GroupVersionKind,

	"endpoint-ecr-api-backend-*":        ec2.VPCEndpointSubnetAssociation_GroupVersionKind,
	"endpoint-ecr-dkr-backend-*":        ec2.VPCEndpointSubnetAssociation_GroupVersionKind,
	"endpoint-kms-backend-*":            ec2.VPCEndpointSubnetAssociation_GroupVersionKind,
	"endpoint-logs-backend-*":           ec2.VPCEndpointSubnetAssociation_GroupVersionKind,
	"endpoint-secretsmanager-backend-*": ec2.VPCEndpointSubnetAssociation_GroupVersionKind,
	"endpoint-sqs-backend-*":            ec2.VPCEndpointSubnetAssociation_GroupVersionKind,

	"endpoint-ecr-api-sg":        ec2.VPCEndpointSecurityGroupAssociation_GroupVersionKind,
	"endpoint-ecr-dkr-sg":        ec2.VPCEndpointSecurityGroupAssociation_GroupVersionKind,
	"endpoint-kms-sg":            ec2.VPCEndpointSecurityGroupAssociation_GroupVersionKind,
	"endpoint-logs-sg":           ec2.VPCEndpointSecurityGroupAssociation_GroupVersionKind,
	"endpoint-secretsmanager-sg": ec2.VPCEndpointSecurityGroupAssociation_GroupVersionKind,
	"endpoint-sqs-sg":            ec2.VPCEndpointSecurityGroupAssociation_GroupVersionKind,

	// Keys, roles and secrets.
	"key-*":                kms.Key_GroupVersionKind,
	"alias-*":              kms.Alias_GroupVersionKind,
	"role-*":               iam.Role_GroupVersionKind,
	"rolepolicy-*":         iam.RolePolicy_GroupVersionKind,
	"attachment-*":         iam.RolePolicyAttachment_GroupVersionKind,
	"secret-db":            secretsmanager.Secret_GroupVersionKind,
	"secretversion-*":      secretsmanager.SecretVersion_GroupVersionKind,
	"secretrotation-*":     secretsmanager.SecretRotation_GroupVersionKind,
	"rotation-application": serverlessrepo.CloudFormationStack_GroupVersionKind,
	"connection-*":         Secret,
	"usage-*":              Usage,

	// The edge.
	"distribution":    cloudfront.Distribution_GroupVersionKind,
	"responseheaders": cloudfront.ResponseHeadersPolicy_GroupVersionKind,
	"vpcorigin":       cloudfront.VPCOrigin_GroupVersionKind,
	"webacl":          wafv2.WebACL_GroupVersionKind,
	"ipset-*":         wafv2.IPSet_GroupVersionKind,
	"logging-waf":     wafv2.WebACLLoggingConfiguration_GroupVersionKind,
	"zone-*":          route53.Zone_GroupVersionKind,
	"record-*":        route53.Record_GroupVersionKind,
	"certificate-*":   acm.Certificate_GroupVersionKind,
	"validation-*":    acm.CertificateValidation_GroupVersionKind,

	// The services and the ways to them.
	"alb-*":              elbv2.LB_GroupVersionKind,
	"listener-*":         elbv2.LBListener_GroupVersionKind,
	"listenerrule-*":     elbv2.LBListenerRule_GroupVersionKind,
	"targetgroup-*":      elbv2.LBTargetGroup_GroupVersionKind,
	"cluster":            ecs.Cluster_GroupVersionKind,
	"cluster-capacity":   ecs.ClusterCapacityProviders_GroupVersionKind,
	"service-*":          ecs.Service_GroupVersionKind,
	"taskdefinition-*":   ecs.TaskDefinition_GroupVersionKind,
	"repository-*":       ecr.Repository_GroupVersionKind,
	"lifecycle-*":        ecr.LifecyclePolicy_GroupVersionKind,
	"scaling-frontend":   appautoscaling.Target_GroupVersionKind,
	"scaling-backend":    appautoscaling.Target_GroupVersionKind,
	"scaling-frontend-*": appautoscaling.Policy_GroupVersionKind,
	"scaling-backend-*":  appautoscaling.Policy_GroupVersionKind,

	// Databases, queues and buckets.
	"db-primary":                      rds.Instance_GroupVersionKind,
	"db-replica-*":                    rds.Instance_GroupVersionKind,
	"db-proxy":                        rds.Proxy_GroupVersionKind,
	"db-proxy-group":                  rds.ProxyDefaultTargetGroup_GroupVersionKind,
	"db-proxy-target":                 rds.ProxyTarget_GroupVersionKind,
	"subnetgroup-data":                rds.SubnetGroup_GroupVersionKind,
	"parametergroup-mysql84":          rds.ParameterGroup_GroupVersionKind,
	"queue-*":                         sqs.Queue_GroupVersionKind,
	"dlq-*":                           sqs.Queue_GroupVersionKind,
	"bucket-app":                      s3.Bucket_GroupVersionKind,
	"bucket-app-encryption":           s3.BucketServerSideEncryptionConfiguration_GroupVersionKind,
	"bucket-app-ownership":            s3.BucketOwnershipControls_GroupVersionKind,
	"bucket-app-policy":               s3.BucketPolicy_GroupVersionKind,
	"bucket-app-public-access":        s3.BucketPublicAccessBlock_GroupVersionKind,
	"bucket-app-versioning":           s3.BucketVersioning_GroupVersionKind,
	"bucket-accesslogs":               s3.Bucket_GroupVersionKind,
	"bucket-accesslogs-encryption":    s3.BucketServerSideEncryptionConfiguration_GroupVersionKind,
	"bucket-accesslogs-ownership":     s3.BucketOwnershipControls_GroupVersionKind,
	"bucket-accesslogs-policy":        s3.BucketPolicy_GroupVersionKind,
	"bucket-accesslogs-public-access": s3.BucketPublicAccessBlock_GroupVersionKind,

	// Backups.
	"vault":          backup.Vault_GroupVersionKind,
	"vault-copy-*":   backup.Vault_GroupVersionKind,
	"vaultlock-*":    backup.VaultLockConfiguration_GroupVersionKind,
	"plan":           backup.Plan_GroupVersionKind,
	"selection":      backup.Selection_GroupVersionKind,
	"backups-copy-*": rds.DBInstanceAutomatedBackupsReplication_GroupVersionKind,
	"restore-test":   cloudformation.Stack_GroupVersionKind,

	// Logs, alarms and notifications.
	"loggroup-*":              cloudwatchlogs.Group_GroupVersionKind,
	"metricfilter-*":          cloudwatchlogs.MetricFilter_GroupVersionKind,
	"alarm-critical":          cloudwatch.CompositeAlarm_GroupVersionKind,
	"alarm-public-5xx":        cloudwatch.MetricAlarm_GroupVersionKind,
	"alarm-internal-5xx":      cloudwatch.MetricAlarm_GroupVersionKind,
	"alarm-waf-blocked":       cloudwatch.MetricAlarm_GroupVersionKind,
	"alarm-certificate-*":     cloudwatch.MetricAlarm_GroupVersionKind,
	"alarm-frontend-*":        cloudwatch.MetricAlarm_GroupVersionKind,
	"alarm-backend-*":         cloudwatch.MetricAlarm_GroupVersionKind,
	"alarm-db-*":              cloudwatch.MetricAlarm_GroupVersionKind,
	"alarm-dlq-*":             cloudwatch.MetricAlarm_GroupVersionKind,
	"dashboard":               cloudwatch.Dashboard_GroupVersionKind,
	"topic-alarms":            sns.Topic_GroupVersionKind,
	"topic-alarms-edge":       sns.Topic_GroupVersionKind,
	"topicpolicy-alarms":      sns.TopicPolicy_GroupVersionKind,
	"topicpolicy-alarms-edge": sns.TopicPolicy_GroupVersionKind,
	"subscription-*":          sns.TopicSubscription_GroupVersionKind,
	"budget":                  budgets.Budget_GroupVersionKind,
}

// OfKey is the group and kind of what a claim composes under a key, and false for
// a key that no claim composes. The version is left out: a provider may serve
// another than the function composes.
func OfKey(key string) (schema.GroupKind, bool) {
	entry, ok := Entry(key)
	return ByKey[entry].GroupKind(), ok
}

// Entry is the entry of ByKey for a key: the key itself, otherwise the entry that is
// its longest beginning.
func Entry(key string) (string, bool) {
	if _, ok := ByKey[key]; ok && !strings.HasSuffix(key, "*") {
		return key, true
	}
	for end := len(key) - 1; end > 0; end-- {
		if key[end-1] != '-' {
			continue
		}
		if _, ok := ByKey[key[:end]+"*"]; ok {
			return key[:end] + "*", true
		}
	}
	return "", false
}
