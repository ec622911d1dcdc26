// Package kinds lists every kind of AWS resource that a claim is composed of.
// What is not in this list cannot be composed; the schemas that CI validates
// against and the policy that activates the provider's kinds follow from it.
package kinds

import (
	"k8s.io/apimachinery/pkg/runtime"
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

// Kinds that are not AWS's.
var (
	// Secret holds the database's connection string on its way to Secrets Manager.
	Secret = schema.GroupVersionKind{Version: "v1", Kind: "Secret"}

	// Usage keeps one resource alive for as long as another needs it.
	Usage = schema.GroupVersionKind{Group: "protection.crossplane.io", Version: "v1beta1", Kind: "Usage"}
)

// AWS are the kinds that are AWS's, each with an object of its Go type.
var AWS = map[schema.GroupVersionKind]runtime.Object{
	acm.Certificate_GroupVersionKind:           &acm.Certificate{},
	acm.CertificateValidation_GroupVersionKind: &acm.CertificateValidation{},

	appautoscaling.Policy_GroupVersionKind: &appautoscaling.Policy{},
	appautoscaling.Target_GroupVersionKind: &appautoscaling.Target{},

	backup.Plan_GroupVersionKind:      &backup.Plan{},
	backup.Selection_GroupVersionKind: &backup.Selection{},
	backup.Vault_GroupVersionKind:     &backup.Vault{},

	budgets.Budget_GroupVersionKind: &budgets.Budget{},

	backup.VaultLockConfiguration_GroupVersionKind: &backup.VaultLockConfiguration{},

	cloudformation.Stack_GroupVersionKind: &cloudformation.Stack{},

	cloudfront.Distribution_GroupVersionKind:          &cloudfront.Distribution{},
	cloudfront.ResponseHeadersPolicy_GroupVersionKind: &cloudfront.ResponseHeadersPolicy{},
	cloudfront.VPCOrigin_GroupVersionKind:             &cloudfront.VPCOrigin{},

	cloudwatch.CompositeAlarm_GroupVersionKind: &cloudwatch.CompositeAlarm{},
	cloudwatch.Dashboard_GroupVersionKind:      &cloudwatch.Dashboard{},
	cloudwatch.MetricAlarm_GroupVersionKind:    &cloudwatch.MetricAlarm{},

	cloudwatchlogs.Group_GroupVersionKind:        &cloudwatchlogs.Group{},
	cloudwatchlogs.MetricFilter_GroupVersionKind: &cloudwatchlogs.MetricFilter{},

	ec2.DefaultNetworkACL_GroupVersionKind:                   &ec2.DefaultNetworkACL{},
	ec2.DefaultSecurityGroup_GroupVersionKind:                &ec2.DefaultSecurityGroup{},
	ec2.EIP_GroupVersionKind:                                 &ec2.EIP{},
	ec2.FlowLog_GroupVersionKind:                             &ec2.FlowLog{},
	ec2.InternetGateway_GroupVersionKind:                     &ec2.InternetGateway{},
	ec2.NATGateway_GroupVersionKind:                          &ec2.NATGateway{},
	ec2.NetworkACL_GroupVersionKind:                          &ec2.NetworkACL{},
	ec2.NetworkACLRule_GroupVersionKind:                      &ec2.NetworkACLRule{},
	ec2.Route_GroupVersionKind:                               &ec2.Route{},
	ec2.RouteTable_GroupVersionKind:                          &ec2.RouteTable{},
	ec2.RouteTableAssociation_GroupVersionKind:               &ec2.RouteTableAssociation{},
	ec2.SecurityGroup_GroupVersionKind:                       &ec2.SecurityGroup{},
	ec2.SecurityGroupRule_GroupVersionKind:                   &ec2.SecurityGroupRule{},
	ec2.Subnet_GroupVersionKind:                              &ec2.Subnet{},
	ec2.VPC_GroupVersionKind:                                 &ec2.VPC{},
	ec2.VPCEndpoint_GroupVersionKind:                         &ec2.VPCEndpoint{},
	ec2.VPCEndpointRouteTableAssociation_GroupVersionKind:    &ec2.VPCEndpointRouteTableAssociation{},
	ec2.VPCEndpointSecurityGroupAssociation_GroupVersionKind: &ec2.VPCEndpointSecurityGroupAssociation{},
	ec2.VPCEndpointSubnetAssociation_GroupVersionKind:        &ec2.VPCEndpointSubnetAssociation{},

	ecr.LifecyclePolicy_GroupVersionKind: &ecr.LifecyclePolicy{},
	ecr.Repository_GroupVersionKind:      &ecr.Repository{},

	ecs.Cluster_GroupVersionKind:                  &ecs.Cluster{},
	ecs.ClusterCapacityProviders_GroupVersionKind: &ecs.ClusterCapacityProviders{},
	ecs.Service_GroupVersionKind:                  &ecs.Service{},
	ecs.TaskDefinition_GroupVersionKind:           &ecs.TaskDefinition{},

	elbv2.LB_GroupVersionKind:             &elbv2.LB{},
	elbv2.LBListener_GroupVersionKind:     &elbv2.LBListener{},
	elbv2.LBListenerRule_GroupVersionKind: &elbv2.LBListenerRule{},
	elbv2.LBTargetGroup_GroupVersionKind:  &elbv2.LBTargetGroup{},

	iam.Role_GroupVersionKind:                 &iam.Role{},
	iam.RolePolicy_GroupVersionKind:           &iam.RolePolicy{},
	iam.RolePolicyAttachment_GroupVersionKind: &iam.RolePolicyAttachment{},

	kms.Alias_GroupVersionKind: &kms.Alias{},
	kms.Key_GroupVersionKind:   &kms.Key{},

	rds.Instance_GroupVersionKind:       &rds.Instance{},
	rds.ParameterGroup_GroupVersionKind: &rds.ParameterGroup{},
	rds.SubnetGroup_GroupVersionKind:    &rds.SubnetGroup{},

	route53.Record_GroupVersionKind: &route53.Record{},
	route53.Zone_GroupVersionKind:   &route53.Zone{},

	rds.DBInstanceAutomatedBackupsReplication_GroupVersionKind: &rds.DBInstanceAutomatedBackupsReplication{},

	rds.Proxy_GroupVersionKind:                   &rds.Proxy{},
	rds.ProxyDefaultTargetGroup_GroupVersionKind: &rds.ProxyDefaultTargetGroup{},
	rds.ProxyTarget_GroupVersionKind:             &rds.ProxyTarget{},

	s3.Bucket_GroupVersionKind:                                  &s3.Bucket{},
	s3.BucketOwnershipControls_GroupVersionKind:                 &s3.BucketOwnershipControls{},
	s3.BucketPolicy_GroupVersionKind:                            &s3.BucketPolicy{},
	s3.BucketPublicAccessBlock_GroupVersionKind:                 &s3.BucketPublicAccessBlock{},
	s3.BucketServerSideEncryptionConfiguration_GroupVersionKind: &s3.BucketServerSideEncryptionConfiguration{},
	s3.BucketVersioning_GroupVersionKind:                        &s3.BucketVersioning{},

	secretsmanager.Secret_GroupVersionKind:        &secretsmanager.Secret{},
	secretsmanager.SecretVersion_GroupVersionKind: &secretsmanager.SecretVersion{},

	secretsmanager.SecretRotation_GroupVersionKind: &secretsmanager.SecretRotation{},

	serverlessrepo.CloudFormationStack_GroupVersionKind: &serverlessrepo.CloudFormationStack{},

	sns.Topic_GroupVersionKind:             &sns.Topic{},
	sns.TopicPolicy_GroupVersionKind:       &sns.TopicPolicy{},
	sns.TopicSubscription_GroupVersionKind: &sns.TopicSubscription{},

	sqs.Queue_GroupVersionKind: &sqs.Queue{},

	wafv2.IPSet_GroupVersionKind:                      &wafv2.IPSet{},
	wafv2.WebACL_GroupVersionKind:                     &wafv2.WebACL{},
	wafv2.WebACLLoggingConfiguration_GroupVersionKind: &wafv2.WebACLLoggingConfiguration{},
}

// Scheme knows the kinds in AWS.
var Scheme = scheme()

func scheme() *runtime.Scheme {
	s := runtime.NewScheme()
	for gvk, o := range AWS {
		s.AddKnownTypeWithName(gvk, o)
	}
	return s
}
