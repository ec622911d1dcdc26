package aws

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"reflect"
	"slices"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/budgets"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfntypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	cftypes "github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	wafv2types "github.com/aws/aws-sdk-go-v2/service/wafv2/types"
)

// account is the emulator's only one.
const account = "123456789012"

// edgeRegion is where everything of CloudFront is.
const edgeRegion = "us-east-1"

// cloud is how a test sees AWS: through its SDK.
func cloud(region string) awssdk.Config {
	return awssdk.Config{
		Region:       region,
		BaseEndpoint: &emulator.URL,
		Credentials:  credentials.NewStaticCredentialsProvider("e2e", "e2e", ""),
	}
}

// stackID is what a claim's names in AWS begin with: its name and 40 bits of its UID.
func (l *life) stackID() string {
	sum := sha256.Sum256([]byte("kasha.io/stack\x00" + string(l.claim.GetUID())))
	return l.claim.GetName() + "-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
}

// A lister lists the names of everything of one type.
type lister struct {
	what string
	list func(ctx context.Context, c awssdk.Config) ([]string, error)
}

// inventory is everything in AWS in the claim's regions, by type, except for what every
// account has from the beginning.
func (l *life) inventory(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, region := range l.regions {
		for _, sort := range listers {
			names, err := sort.list(t.Context(), cloud(region))
			if err != nil {
				t.Fatalf("cannot list %ss: %v", sort.what, err)
			}
			for _, n := range names {
				if !slices.Contains(out[sort.what], n) {
					out[sort.what] = append(out[sort.what], n)
				}
			}
		}
	}
	return out
}

// records are those of every hosted zone, except for those that AWS created with the
// zone.
func records(ctx context.Context, c awssdk.Config) ([]string, error) {
	svc := route53.NewFromConfig(c)
	zones, err := svc.ListHostedZones(ctx, &route53.ListHostedZonesInput{})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, z := range zones.HostedZones {
		r, err := svc.ListResourceRecordSets(ctx, &route53.ListResourceRecordSetsInput{HostedZoneId: z.Id})
		if err != nil {
			return nil, err
		}
		for _, set := range r.ResourceRecordSets {
			if set.Type != "NS" && set.Type != "SOA" {
				out = append(out, string(set.Type)+" "+*set.Name)
			}
		}
	}
	return out, nil
}

// names are the names that f returns for the elements, without nil.
func names[T any](list []T, err error, f func(T) *string) ([]string, error) {
	var out []string
	for _, e := range list {
		if n := f(e); n != nil {
			out = append(out, *n)
		}
	}
	return out, err
}

// fields are one field of each element, which every list of AWS has under
// another name.
func fields[T any](list []T, err error, field string) ([]string, error) {
	return names(list, err, func(e T) *string {
		p, _ := reflect.ValueOf(e).FieldByName(field).Interface().(*string)
		return p
	})
}

// or is the text of a response, or an empty one.
func or[T any](r *T) T {
	if r == nil {
		return *new(T)
	}
	return *r
}

func unless(not bool, s *string) *string {
	if not {
		return nil
	}
	return s
}

// clustered lists what every ECS cluster has, of the deleted ones as well.
func clustered(ctx context.Context, c awssdk.Config,
	list func(svc *ecs.Client, cluster string) ([]string, error)) ([]string, error) {
	svc := ecs.NewFromConfig(c)
	all, err := svc.ListClusters(ctx, &ecs.ListClustersInput{})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, arn := range all.ClusterArns {
		found, err := list(svc, arn)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

var listers = []lister{
	{"VPC", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := ec2.NewFromConfig(c).DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})
		return names(or(r).Vpcs, err, func(v ec2types.Vpc) *string { return unless(*v.IsDefault, v.VpcId) })
	}},
	{"subnet", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := ec2.NewFromConfig(c).DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{})
		return names(or(r).Subnets, err,
			func(v ec2types.Subnet) *string { return unless(*v.DefaultForAz, v.SubnetId) })
	}},
	{"internet gateway", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := ec2.NewFromConfig(c).DescribeInternetGateways(ctx, &ec2.DescribeInternetGatewaysInput{})
		return fields(or(r).InternetGateways, err, "InternetGatewayId")
	}},
	{"route table", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := ec2.NewFromConfig(c).DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{})
		return fields(or(r).RouteTables, err, "RouteTableId")
	}},
	{"network ACL", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := ec2.NewFromConfig(c).DescribeNetworkAcls(ctx, &ec2.DescribeNetworkAclsInput{})
		// AWS deletes the default one with its VPC; moto does not.
		return names(or(r).NetworkAcls, err,
			func(v ec2types.NetworkAcl) *string { return unless(*v.IsDefault, v.NetworkAclId) })
	}},
	{"security group", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := ec2.NewFromConfig(c).DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{})
		return names(or(r).SecurityGroups, err,
			func(v ec2types.SecurityGroup) *string { return unless(*v.GroupName == "default", v.GroupName) })
	}},
	{"elastic IP", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := ec2.NewFromConfig(c).DescribeAddresses(ctx, &ec2.DescribeAddressesInput{})
		return names(or(r).Addresses, err, func(v ec2types.Address) *string { return v.AllocationId })
	}},
	{"NAT gateway", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := ec2.NewFromConfig(c).DescribeNatGateways(ctx, &ec2.DescribeNatGatewaysInput{})
		return names(or(r).NatGateways, err, func(v ec2types.NatGateway) *string {
			return unless(v.State == ec2types.NatGatewayStateDeleted, v.NatGatewayId)
		})
	}},
	{"VPC endpoint", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := ec2.NewFromConfig(c).DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{})
		return names(or(r).VpcEndpoints, err, func(v ec2types.VpcEndpoint) *string { return v.VpcEndpointId })
	}},
	{"flow log", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := ec2.NewFromConfig(c).DescribeFlowLogs(ctx, &ec2.DescribeFlowLogsInput{})
		return names(or(r).FlowLogs, err, func(v ec2types.FlowLog) *string { return v.FlowLogId })
	}},
	{"load balancer", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := elasticloadbalancingv2.NewFromConfig(c).DescribeLoadBalancers(ctx,
			&elasticloadbalancingv2.DescribeLoadBalancersInput{})
		return fields(or(r).LoadBalancers, err, "LoadBalancerName")
	}},
	{"target group", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := elasticloadbalancingv2.NewFromConfig(c).DescribeTargetGroups(ctx,
			&elasticloadbalancingv2.DescribeTargetGroupsInput{})
		return fields(or(r).TargetGroups, err, "TargetGroupName")
	}},
	{"distribution", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := cloudfront.NewFromConfig(c).ListDistributions(ctx, &cloudfront.ListDistributionsInput{})
		if err != nil {
			return nil, err
		}
		return fields(r.DistributionList.Items, err, "Id")
	}},
	{"response headers policy", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := cloudfront.NewFromConfig(c).ListResponseHeadersPolicies(ctx,
			&cloudfront.ListResponseHeadersPoliciesInput{Type: cftypes.ResponseHeadersPolicyTypeCustom})
		if err != nil {
			return nil, err
		}
		return names(r.ResponseHeadersPolicyList.Items, err,
			func(p cftypes.ResponseHeadersPolicySummary) *string { return p.ResponseHeadersPolicy.Id })
	}},
	{"cache policy", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := cloudfront.NewFromConfig(c).ListCachePolicies(ctx,
			&cloudfront.ListCachePoliciesInput{Type: cftypes.CachePolicyTypeCustom})
		if err != nil {
			return nil, err
		}
		return names(r.CachePolicyList.Items, err,
			func(p cftypes.CachePolicySummary) *string { return p.CachePolicy.Id })
	}},
	{"VPC origin", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := cloudfront.NewFromConfig(c).ListVpcOrigins(ctx, &cloudfront.ListVpcOriginsInput{})
		if err != nil {
			return nil, err
		}
		return fields(r.VpcOriginList.Items, err, "Id")
	}},
	{"certificate", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := acm.NewFromConfig(c).ListCertificates(ctx, &acm.ListCertificatesInput{})
		return fields(or(r).CertificateSummaryList, err, "CertificateArn")
	}},
	{"hosted zone", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := route53.NewFromConfig(c).ListHostedZones(ctx, &route53.ListHostedZonesInput{})
		return fields(or(r).HostedZones, err, "Id")
	}},
	{"record", records},
	{"IP set", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := wafv2.NewFromConfig(c).ListIPSets(ctx, &wafv2.ListIPSetsInput{Scope: wafv2types.ScopeCloudfront})
		return fields(or(r).IPSets, err, "Name")
	}},
	{"budget", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := budgets.NewFromConfig(c).DescribeBudgets(ctx,
			&budgets.DescribeBudgetsInput{AccountId: awssdk.String(account)})
		return fields(or(r).Budgets, err, "BudgetName")
	}},
	{"dashboard", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := cloudwatch.NewFromConfig(c).ListDashboards(ctx, &cloudwatch.ListDashboardsInput{})
		return fields(or(r).DashboardEntries, err, "DashboardName")
	}},
	{"alias of a key", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := kms.NewFromConfig(c).ListAliases(ctx, &kms.ListAliasesInput{})
		return names(or(r).Aliases, err, func(a kmstypes.AliasListEntry) *string {
			return unless(strings.HasPrefix(*a.AliasName, "alias/aws/"), a.AliasName)
		})
	}},
	{"parameter group", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := rds.NewFromConfig(c).DescribeDBParameterGroups(ctx, &rds.DescribeDBParameterGroupsInput{})
		return fields(or(r).DBParameterGroups, err, "DBParameterGroupName")
	}},
	{"web ACL", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := wafv2.NewFromConfig(c).ListWebACLs(ctx, &wafv2.ListWebACLsInput{Scope: wafv2types.ScopeCloudfront})
		return fields(or(r).WebACLs, err, "Name")
	}},
	{"ECS cluster", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		return clustered(ctx, c, func(svc *ecs.Client, cluster string) ([]string, error) {
			r, err := svc.DescribeClusters(ctx, &ecs.DescribeClustersInput{Clusters: []string{cluster}})
			// AWS shows a deleted cluster for a while.
			return names(or(r).Clusters, err,
				func(cl ecstypes.Cluster) *string { return unless(*cl.Status == "INACTIVE", cl.ClusterArn) })
		})
	}},
	{"ECS service", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		return clustered(ctx, c, func(svc *ecs.Client, cluster string) ([]string, error) {
			all, err := svc.ListServices(ctx, &ecs.ListServicesInput{Cluster: &cluster})
			if err != nil || len(all.ServiceArns) == 0 {
				return nil, err
			}
			r, err := svc.DescribeServices(ctx,
				&ecs.DescribeServicesInput{Cluster: &cluster, Services: all.ServiceArns})
			return names(or(r).Services, err,
				func(v ecstypes.Service) *string { return unless(*v.Status == "INACTIVE", v.ServiceArn) })
		})
	}},
	{"scalable target", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := applicationautoscaling.NewFromConfig(c).DescribeScalableTargets(ctx,
			&applicationautoscaling.DescribeScalableTargetsInput{ServiceNamespace: "ecs"})
		return fields(or(r).ScalableTargets, err, "ResourceId")
	}},
	{"scaling policy", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := applicationautoscaling.NewFromConfig(c).DescribeScalingPolicies(ctx,
			&applicationautoscaling.DescribeScalingPoliciesInput{ServiceNamespace: "ecs"})
		return fields(or(r).ScalingPolicies, err, "PolicyARN")
	}},
	{"CloudFormation stack", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := cloudformation.NewFromConfig(c).DescribeStacks(ctx, &cloudformation.DescribeStacksInput{})
		return names(or(r).Stacks, err, func(v cfntypes.Stack) *string {
			return unless(v.StackStatus == cfntypes.StackStatusDeleteComplete, v.StackName)
		})
	}},
	{"task definition", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := ecs.NewFromConfig(c).ListTaskDefinitions(ctx, &ecs.ListTaskDefinitionsInput{})
		return or(r).TaskDefinitionArns, err
	}},
	{"repository", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := ecr.NewFromConfig(c).DescribeRepositories(ctx, &ecr.DescribeRepositoriesInput{})
		return fields(or(r).Repositories, err, "RepositoryName")
	}},
	{"role", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := iam.NewFromConfig(c).ListRoles(ctx, &iam.ListRolesInput{})
		return fields(or(r).Roles, err, "RoleName")
	}},
	{"key", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		svc := kms.NewFromConfig(c)
		all, err := svc.ListKeys(ctx, &kms.ListKeysInput{})
		if err != nil {
			return nil, err
		}
		var out []string
		for _, k := range all.Keys {
			r, err := svc.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: k.KeyId})
			if err != nil {
				return nil, err
			}
			// AWS keeps a deleted key for a week and more.
			if r.KeyMetadata.DeletionDate == nil {
				out = append(out, *k.KeyId+" ("+awssdk.ToString(r.KeyMetadata.Description)+")")
			}
		}
		return out, nil
	}},
	{"database", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := rds.NewFromConfig(c).DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{})
		return fields(or(r).DBInstances, err, "DBInstanceIdentifier")
	}},
	{"database proxy", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := rds.NewFromConfig(c).DescribeDBProxies(ctx, &rds.DescribeDBProxiesInput{})
		return fields(or(r).DBProxies, err, "DBProxyName")
	}},
	{"replication of automated backups", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := rds.NewFromConfig(c).DescribeDBInstanceAutomatedBackups(ctx,
			&rds.DescribeDBInstanceAutomatedBackupsInput{})
		return fields(or(r).DBInstanceAutomatedBackups, err, "DBInstanceAutomatedBackupsArn")
	}},
	{"database snapshot", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := rds.NewFromConfig(c).DescribeDBSnapshots(ctx, &rds.DescribeDBSnapshotsInput{})
		return fields(or(r).DBSnapshots, err, "DBSnapshotIdentifier")
	}},
	{"subnet group", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := rds.NewFromConfig(c).DescribeDBSubnetGroups(ctx, &rds.DescribeDBSubnetGroupsInput{})
		return fields(or(r).DBSubnetGroups, err, "DBSubnetGroupName")
	}},
	{"queue", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := sqs.NewFromConfig(c).ListQueues(ctx, &sqs.ListQueuesInput{})
		return or(r).QueueUrls, err
	}},
	{"topic", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := sns.NewFromConfig(c).ListTopics(ctx, &sns.ListTopicsInput{})
		return fields(or(r).Topics, err, "TopicArn")
	}},
	{"bucket", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := s3.NewFromConfig(c, func(o *s3.Options) { o.UsePathStyle = true }).ListBuckets(ctx,
			&s3.ListBucketsInput{})
		return fields(or(r).Buckets, err, "Name")
	}},
	{"log group", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := cloudwatchlogs.NewFromConfig(c).DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
		return fields(or(r).LogGroups, err, "LogGroupName")
	}},
	{"alarm", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := cloudwatch.NewFromConfig(c).DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{})
		return fields(or(r).MetricAlarms, err, "AlarmName")
	}},
	{"composite alarm", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := cloudwatch.NewFromConfig(c).DescribeAlarms(ctx,
			&cloudwatch.DescribeAlarmsInput{AlarmTypes: []cwtypes.AlarmType{cwtypes.AlarmTypeCompositeAlarm}})
		return fields(or(r).CompositeAlarms, err, "AlarmName")
	}},
	{"secret", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := secretsmanager.NewFromConfig(c).ListSecrets(ctx, &secretsmanager.ListSecretsInput{})
		return fields(or(r).SecretList, err, "Name")
	}},
	{"backup vault", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := backup.NewFromConfig(c).ListBackupVaults(ctx, &backup.ListBackupVaultsInput{})
		return fields(or(r).BackupVaultList, err, "BackupVaultName")
	}},
	{"backup plan", func(ctx context.Context, c awssdk.Config) ([]string, error) {
		r, err := backup.NewFromConfig(c).ListBackupPlans(ctx, &backup.ListBackupPlansInput{})
		return fields(or(r).BackupPlansList, err, "BackupPlanName")
	}},
}
