package judge

import (
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A proof is a sign of life: a field below status.atProvider that AWS fills in
// only once the resource does what it is for.
type proof struct {
	field string
	// oneOf are the values that it may have; any but none where empty.
	oneOf []string
}

// serving are the states of an RDS instance that answers queries. AWS goes
// through the others than available by itself, every night for a backup, so they
// must not make a ready claim unready.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status
var serving = []string{
	"available", "backing-up", "storage-optimization", "storage-initialization",
	"configuring-enhanced-monitoring", "configuring-iam-database-auth", "configuring-log-exports",
}

// proofs by group and kind. Kinds that are not listed prove themselves by their
// conditions. provider-aws reads the status again only every ten minutes, so
// nothing is listed that changes by itself after creation.
var proofs = map[string][]proof{
	"ec2/VPC":                          {{field: "id"}, {field: "ownerId"}},
	"ec2/Subnet":                       {{field: "id"}},
	"ec2/InternetGateway":              {{field: "vpcId"}},
	"ec2/EIP":                          {{field: "id"}},
	"ec2/NATGateway":                   {{field: "publicIp"}},
	"ec2/SecurityGroup":                {{field: "id"}},
	"ec2/RouteTable":                   {{field: "id"}},
	"ec2/FlowLog":                      {{field: "id"}},
	"elbv2/LB":                         {{field: "dnsName"}, {field: "arn"}},
	"elbv2/LBTargetGroup":              {{field: "arn"}},
	"elbv2/LBListener":                 {{field: "arn"}},
	"elbv2/LBListenerRule":             {{field: "arn"}},
	"wafv2/WebACL":                     {{field: "arn"}},
	"wafv2/IPSet":                      {{field: "arn"}},
	"acm/Certificate":                  {{field: "arn"}},
	"acm/CertificateValidation":        {{field: "certificateArn"}},
	"route53/Zone":                     {{field: "zoneId"}},
	"route53/Record":                   {{field: "fqdn"}},
	"cloudfront/ResponseHeadersPolicy": {{field: "id"}},
	"cloudfront/VPCOrigin":             {{field: "id"}},
	"cloudfront/Distribution":          {{field: "domainName"}, {field: "status", oneOf: []string{"Deployed"}}},
	"ecs/Cluster":                      {{field: "arn"}},
	"ecs/TaskDefinition":               {{field: "arn"}},
	"ecs/Service":                      {{field: "taskDefinition"}},
	"appautoscaling/Target":            {{field: "arn"}},
	"ecr/Repository":                   {{field: "repositoryUrl"}},
	"kms/Key":                          {{field: "keyId"}, {field: "arn"}},
	"rds/Instance":                     {{field: "endpoint"}, {field: "status", oneOf: serving}},
	"secretsmanager/Secret":            {{field: "arn"}},
	"sqs/Queue":                        {{field: "url"}},
	"sns/Topic":                        {{field: "arn"}},
	"cloudwatchlogs/Group":             {{field: "arn"}},
	"cloudwatch/MetricAlarm":           {{field: "arn"}},
	"iam/Role":                         {{field: "arn"}},
	"s3/Bucket":                        {{field: "arn"}},
	"backup/Vault":                     {{field: "arn"}},
	"backup/Plan":                      {{field: "version"}},
	"backup/Selection":                 {{field: "id"}},
	"secretsmanager/SecretVersion":     {{field: "versionId"}},
	"cloudwatch/CompositeAlarm":        {{field: "arn"}},
	"budgets/Budget":                   {{field: "arn"}},
	"rds/Proxy":                        {{field: "endpoint"}},
	"cloudformation/Stack":             {{field: "id"}},
}

// unproven says what a resource still lacks, or nothing when it is proven to
// work.
func unproven(kind string, o stack.Observed) string {
	for _, p := range proofs[kind] {
		v, ok := stack.Text(o, append([]string{"status", "atProvider"}, strings.Split(p.field, ".")...)...)
		switch {
		case !ok:
			return "AWS has not told its " + p.field + " yet"
		case len(p.oneOf) > 0 && !slices.Contains(p.oneOf, v):
			return "is " + v
		}
	}
	return ""
}
