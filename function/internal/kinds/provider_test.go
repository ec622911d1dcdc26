package kinds

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// A source is what the Terraform provider's source says of a resource. make provider-data writes it.
type source struct {
	ForceNew []string `json:"forceNew"`
	Calls    []string `json:"calls"`
}

func sources(t *testing.T) map[string]source {
	t.Helper()
	b, err := os.ReadFile("provider.json")
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]source
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// terraformType is the type of a kind's resource in Terraform.
func terraformType(t *testing.T, r *Record) string {
	t.Helper()
	o, ok := r.Object.(interface{ GetTerraformResourceType() string })
	if !ok {
		t.Fatal("the kind has no resource of Terraform's")
	}
	return o.GetTerraformResourceType()
}

// TestTypes: the source was read for every kind, and for no other. make provider-data reads the types from its log.
func TestTypes(t *testing.T) {
	left := sources(t)
	each(t, func(t *testing.T, r *Record) {
		name := terraformType(t, r)
		t.Logf("type: %s", name)
		if len(left[name].Calls) == 0 {
			t.Errorf("provider.json lacks %s; run make provider-data", name)
		}
		delete(left, name)
	})
	for name := range left {
		t.Errorf("provider.json has %s, which no kind is; run make provider-data", name)
	}
}

// prefixes are of IAM's actions, where they are not the provider's name of the service.
var prefixes = map[string]string{
	"appautoscaling": "application-autoscaling", "cloudwatchevents": "events", "cloudwatchlogs": "logs",
	"elbv2": "elasticloadbalancing",
}

// permissions are the actions of calls whose action has another name.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbudgetservice.html
var permissions = map[string]string{
	"budgets:CreateBudget":                       "budgets:ModifyBudget",
	"budgets:CreateNotification":                 "budgets:ModifyBudget",
	"budgets:DeleteBudget":                       "budgets:ModifyBudget",
	"budgets:DeleteNotification":                 "budgets:ModifyBudget",
	"budgets:DescribeBudget":                     "budgets:ViewBudget",
	"budgets:DescribeNotificationsForBudget":     "budgets:ViewBudget",
	"budgets:DescribeSubscribersForNotification": "budgets:ViewBudget",
	"budgets:UpdateBudget":                       "budgets:ModifyBudget",
	"cloudfront:CreateDistributionWithTags":      "cloudfront:CreateDistribution",
	"lambda:Invoke":                              "lambda:InvokeFunction",
	"s3:DeleteBucketCors":                        "s3:PutBucketCORS",
	"s3:DeleteBucketEncryption":                  "s3:PutEncryptionConfiguration",
	"s3:DeleteBucketOwnershipControls":           "s3:PutBucketOwnershipControls",
	"s3:DeletePublicAccessBlock":                 "s3:PutBucketPublicAccessBlock",
	"s3:GetBucketAccelerateConfiguration":        "s3:GetAccelerateConfiguration",
	"s3:GetBucketCors":                           "s3:GetBucketCORS",
	"s3:GetBucketEncryption":                     "s3:GetEncryptionConfiguration",
	"s3:GetBucketLifecycleConfiguration":         "s3:GetLifecycleConfiguration",
	"s3:GetBucketReplication":                    "s3:GetReplicationConfiguration",
	"s3:GetObjectLockConfiguration":              "s3:GetBucketObjectLockConfiguration",
	"s3:GetPublicAccessBlock":                    "s3:GetBucketPublicAccessBlock",
	"s3:HeadBucket":                              "s3:ListBucket",
	"s3:PutBucketCors":                           "s3:PutBucketCORS",
	"s3:PutBucketEncryption":                     "s3:PutEncryptionConfiguration",
	"s3:PutPublicAccessBlock":                    "s3:PutBucketPublicAccessBlock",
}

// A waiver is calls or actions of a kind, with a reason.
type waiver struct{ kind, names, why string }

// notMade are calls in the code of a resource that it does not make for what Kasha composes.
var notMade = []waiver{
	{"acm/Certificate", "ImportCertificate RenewCertificate", "certificates are requested, and AWS renews them"},
	{"backup/Vault", "DeleteRecoveryPoint DescribeRecoveryPoint ListRecoveryPointsByBackupVault",
		"forceDestroy is off"},
	{"backup/Vault", "DeleteBackupVault", "vaults outlive the claim: see TestVaultsStay"},
	{"backup/VaultLockConfiguration", "DeleteBackupVaultLockConfiguration", "locks stay: see TestVaultsStay"},
	{"cloudfront/Distribution", "GetContinuousDeploymentPolicy UpdateContinuousDeploymentPolicy",
		"it has no such policy"},
	{"cloudwatchlogs/Group", "PutLogGroupDeletionProtection", "the provider's CRD has no such field"},
	{"ec2/*", "DescribeTags", "the provider reads tags with the resource"},
	{"ec2/EIP", "AssociateAddress GetIpamPoolAllocations", "the NAT gateway takes the address, which is no pool's"},
	{"ec2/NATGateway", "AssignPrivateNatGatewayAddress AssociateNatGatewayAddress DisassociateNatGatewayAddress " +
		"UnassignPrivateNatGatewayAddress DescribeAvailabilityZones", "it is public, zonal and has one address"},
	{"ec2/NetworkACL", "CreateNetworkAclEntry", "its rules are resources of their own"},
	{"ec2/RouteTable", "CreateRoute DeleteRoute ReplaceRoute DescribeNetworkInterfaces DisableVgwRoutePropagation " +
		"EnableVgwRoutePropagation", "its routes are resources of their own"},
	{"ec2/SecurityGroup", "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress DescribeSecurityGroupRules",
		"its rules are resources of their own"},
	{"ec2/S*", "DeleteNetworkInterface DetachNetworkInterface", "only Lambda and EMR leave interfaces"},
	{"ec2/Subnet", "AssociateSubnetCidrBlock DisassociateSubnetCidrBlock", "it has no IPv6 block"},
	{"ec2/VPC", "AssociateVpcCidrBlock DisassociateVpcCidrBlock GetIpamPoolAllocations ModifyVpcTenancy",
		"it has one IPv4 block, no pool's, and the default tenancy"},
	{"ec2/VPCEndpoint",
		"AcceptVpcEndpointConnections DescribeNetworkInterfaces DescribeVpcEndpointServiceConfigurations",
		"AWS's own services accept connections"},
	{"ec2/VPCEndpointSecurityGroupAssociation", "DescribeSecurityGroups",
		"the default group is looked up with the actions of ec2/DefaultSecurityGroup"},
	{"elbv2/LB", "ModifyCapacityReservation ModifyIpPools", "it reserves no capacity and has no pool"},
	{"iam/Role", "AttachRolePolicy DeleteRolePolicy DetachRolePolicy GetRolePolicy ListRoles PutRolePolicy " +
		"RemoveRoleFromInstanceProfile", "its policies are resources of their own, whose kinds have these actions"},
	{"iam/Role", "DeleteRolePermissionsBoundary", "only an administrator takes a boundary off"},
	{"iam/Role", "TagInstanceProfile TagMFADevice TagOpenIDConnectProvider TagPolicy TagSAMLProvider " +
		"TagServerCertificate TagUser UntagInstanceProfile UntagMFADevice UntagOpenIDConnectProvider UntagPolicy " +
		"UntagSAMLProvider UntagServerCertificate UntagUser", "the function that tags is one for all of IAM"},
	{"rds/Cluster", "AddRoleToDBCluster DisableHttpEndpoint EnableHttpEndpoint RemoveFromGlobalCluster " +
		"RemoveRoleFromDBCluster RestoreDBClusterFromS3 RestoreDBClusterToPointInTime",
		"it has no roles of its own, no data API and no global cluster, and is not made from a bucket or a " +
			"point in time"},
	{"rds/ClusterInstance", "RebootDBInstance", "its parameter group is the cluster's"},
	{"rds/ClusterSnapshot", "AddTagsToResource CreateDBClusterSnapshot DeleteDBClusterSnapshot " +
		"ModifyDBClusterSnapshotAttribute RemoveTagsFromResource", "it is only observed"},
	{"rds/DBInstanceAutomatedBackupsReplication", "DescribeDBInstances", "rds/Instance has the action"},
	{"rds/Instance",
		"DeleteBlueGreenDeployment DescribeBlueGreenDeployments RestoreDBInstanceFromS3 StartDBInstance " +
			"StopDBInstance", "blue-green updates are off, and it is neither stopped nor made from a bucket"},
	{"rds/Snapshot", "AddTagsToResource CreateDBSnapshot DeleteDBSnapshot ModifyDBSnapshotAttribute " +
		"RemoveTagsFromResource", "it is only observed"},
	{"route53/Zone", "AssociateVPCWithHostedZone ChangeResourceRecordSets DisableHostedZoneDNSSEC " +
		"DisassociateVPCFromHostedZone ListHostedZones UpdateHostedZoneFeatures",
		"it is public, and forceDestroy is off"},
	{"s3/Bucket", "DeleteBucketCors DeleteBucketEncryption DeleteBucketLifecycle DeleteBucketPolicy " +
		"DeleteBucketReplication DeleteBucketTagging DeleteBucketWebsite " +
		"PutBucketAccelerateConfiguration PutBucketAcl " +
		"PutBucketCors PutBucketEncryption PutBucketLifecycleConfiguration PutBucketLogging PutBucketPolicy " +
		"PutBucketReplication PutBucketRequestPayment PutBucketVersioning PutBucketWebsite PutObjectLockConfiguration",
		"these settings are resources of their own, or not composed"},
	{"s3/Bucket", "DeleteObject DeleteObjects ListObjectVersions PutObjectLegalHold", "forceDestroy is off"},
	{"secretsmanager/Secret", "DeleteResourcePolicy PutResourcePolicy RemoveRegionsFromReplication " +
		"ReplicateSecretToRegions", "it has no policy and no replica"},
	{"secretsmanager/SecretVersion", "ListSecretVersionIds",
		"it lists them for a write-only value, or to move a label, and neither is composed"},
}

// alsoNeeded are actions that no call of a resource's own service has: AWS checks them for the provider, or the
// provider asks another service, or the code asks through a helper that the source data does not follow.
var alsoNeeded = []waiver{
	{"backup/Vault", "backup-storage:MountCapsule kms:CreateGrant kms:GenerateDataKey kms:Decrypt kms:RetireGrant " +
		"kms:DescribeKey", "https://docs.aws.amazon.com/aws-backup/latest/devguide/access-control.html"},
	{"cloudformation/Stack",
		"cloudformation:TagResource cloudformation:UntagResource backup:CreateRestoreTestingPlan " +
			"backup:GetRestoreTestingPlan backup:UpdateRestoreTestingPlan backup:DeleteRestoreTestingPlan " +
			"backup:CreateRestoreTestingSelection backup:GetRestoreTestingSelection " +
			"backup:UpdateRestoreTestingSelection backup:DeleteRestoreTestingSelection backup:ListTags " +
			"backup:TagResource backup:UntagResource iam:CreateRole iam:GetRole iam:DeleteRole iam:TagRole " +
			"iam:AttachRolePolicy iam:DetachRolePolicy lambda:CreateFunction lambda:GetFunction " +
			"lambda:GetFunctionConfiguration lambda:GetFunctionCodeSigningConfig lambda:GetFunctionRecursionConfig " +
			"lambda:PutFunctionEventInvokeConfig lambda:GetFunctionEventInvokeConfig " +
			"lambda:UpdateFunctionEventInvokeConfig lambda:DeleteFunctionEventInvokeConfig " +
			"lambda:GetRuntimeManagementConfig lambda:UpdateFunctionCode lambda:UpdateFunctionConfiguration " +
			"lambda:DeleteFunction lambda:ListTags lambda:TagResource lambda:UntagResource",
		"CloudFormation makes what the template has as its caller; in another account that is also a role"},
	{"cloudfront/Distribution", "cloudfront:GetDistributionConfig s3:GetBucketAcl s3:PutBucketAcl",
		"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html"},
	{"cloudfront/VPCOrigin", "ec2:DescribeVpcs ec2:DescribeInternetGateways ec2:DescribeSubnets " +
		"ec2:DescribeSecurityGroups elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeListeners",
		"CloudFront looks at the load balancer as its caller"},
	{"ec2/FlowLog", "logs:CreateLogDelivery logs:DeleteLogDelivery",
		"https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-cwl.html"},
	{"ec2/NATGateway", "ec2:DescribeAddresses ec2:DisassociateAddress", "EC2 takes the address as the caller"},
	{"ec2/VPCEndpoint", "route53:AssociateVPCWithHostedZone",
		"EC2 associates the zone of private names as the caller: " +
			"https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html"},
	{"ec2/NetworkACLRule", "ec2:ReplaceNetworkAclEntry", "other versions of the provider replace rules"},
	{"ecr/Repository", "kms:CreateGrant kms:RetireGrant kms:DescribeKey",
		"https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html"},
	{"ecs/Cluster", "ecs:UpdateClusterSettings", "AWS names it beside UpdateCluster for the settings"},
	{"elbv2/LB", "ec2:DescribeNetworkInterfaces ec2:DescribeAccountAttributes ec2:DescribeSubnets ec2:DescribeVpcs " +
		"ec2:DescribeSecurityGroups ec2:DescribeInternetGateways ec2:DescribeAddresses",
		"Elastic Load Balancing looks at the network as its caller"},
	{"elbv2/LBTargetGroup", "elasticloadbalancing:DescribeTargetHealth", "waits of ECS read it"},
	{"rds/*", "kms:CreateGrant kms:DescribeKey",
		"https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html"},
	{"rds/Cluster", "rds:CreateDBClusterSnapshot", "RDS checks it for the final snapshot"},
	{"rds/Cluster",
		"secretsmanager:CreateSecret secretsmanager:RotateSecret secretsmanager:TagResource kms:Decrypt " +
			"kms:GenerateDataKey", "RDS makes the secret of a managed password as its caller: " +
			"https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html"},
	{"rds/Instance", "rds:CreateDBSnapshot", "RDS checks it for the final snapshot"},
	{"rds/Instance",
		"secretsmanager:CreateSecret secretsmanager:RotateSecret secretsmanager:TagResource kms:Decrypt " +
			"kms:GenerateDataKey", "RDS makes the secret of a managed password as its caller: " +
			"https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html"},
	{"s3/Bucket", "s3:GetBucketLocation s3:ListTagsForResource s3:TagResource s3:UntagResource",
		"the provider finds the bucket's region and its tags through helpers"},
	{"secretsmanager/Secret", "secretsmanager:RestoreSecret", "a name whose secret was deleted is taken again"},
	{"secretsmanager/SecretRotation", "lambda:InvokeFunction", "Secrets Manager tries the function as its caller: " +
		"https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html"},
	{"secretsmanager/SecretVersion", "secretsmanager:DescribeSecret kms:Decrypt kms:GenerateDataKey",
		"https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html"},
	{"serverlessrepo/CloudFormationStack", "serverlessrepo:CreateCloudFormationChangeSet " +
		"serverlessrepo:CreateCloudFormationTemplate serverlessrepo:GetCloudFormationTemplate " +
		"cloudformation:CreateChangeSet cloudformation:DescribeChangeSet cloudformation:ExecuteChangeSet " +
		"cloudformation:DescribeStacks cloudformation:DeleteStack lambda:CreateFunction lambda:GetFunction " +
		"lambda:DeleteFunction lambda:AddPermission lambda:RemovePermission lambda:UpdateFunctionCode " +
		"lambda:UpdateFunctionConfiguration lambda:TagResource s3:GetObject iam:CreateRole iam:GetRole " +
		"iam:DeleteRole iam:TagRole iam:PutRolePolicy iam:GetRolePolicy iam:DeleteRolePolicy iam:AttachRolePolicy " +
		"iam:DetachRolePolicy",
		"CloudFormation reads the application, and makes the function and its role, as its caller"},
	{"sns/Topic", "sns:GetDataProtectionPolicy", "other versions of the provider read it"},
	{"sqs/Queue", "sqs:GetQueueUrl", "other versions of the provider read it"},
	{"wafv2/WebACLLoggingConfiguration", "logs:CreateLogDelivery logs:DeleteLogDelivery logs:PutResourcePolicy " +
		"logs:DescribeResourcePolicies logs:DescribeLogGroups",
		"https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html"},
}

// waived are the names that a table has for a kind.
func waived(t *testing.T, table []waiver, kind string) []string {
	t.Helper()
	var out []string
	for _, w := range table {
		if prefix, open := strings.CutSuffix(w.kind, "*"); w.kind == kind || open && strings.HasPrefix(kind, prefix) {
			out = append(out, strings.Fields(w.names)...)
		}
	}
	return out
}

// TestActionsAreTheProvidersCalls: the provider may do what its code does with a resource, and nothing else. The
// source of each action is the provider's code or a row of alsoNeeded.
func TestActionsAreTheProvidersCalls(t *testing.T) {
	of := sources(t)
	each(t, func(t *testing.T, r *Record) {
		not := waived(t, notMade, r.String())
		want := waived(t, alsoNeeded, r.String())
		prefix := r.Service()
		if p := prefixes[prefix]; p != "" {
			prefix = p
		}
		for _, call := range of[terraformType(t, r)].Calls {
			if slices.Contains(not, call) {
				continue
			}
			action := prefix + ":" + call
			if p := permissions[action]; p != "" {
				action = p
			}
			want = append(want, action)
			if !slices.Contains(r.Actions, action) {
				t.Errorf("the provider calls %s and may not: list %s, or say in notMade why it is not needed", call,
					action)
			}
		}
		for _, a := range r.Actions {
			if !slices.Contains(want, a) {
				t.Errorf("nothing calls %s: leave it out, or say in alsoNeeded who needs it", a)
			}
		}
		// A waiver with a star is for the kinds of a service that need it.
		for _, a := range strings.Fields(exactly(alsoNeeded, r.String())) {
			if !slices.Contains(r.Actions, a) {
				t.Errorf("%s is not allowed, and alsoNeeded says why it must be", a)
			}
		}
	})
}

// exactly are the names of a table's rows for one kind.
func exactly(table []waiver, kind string) string {
	var out []string
	for _, w := range table {
		if w.kind == kind {
			out = append(out, w.names)
		}
	}
	return strings.Join(out, " ")
}

// TestIDPrefixes: the simulated IDs look like AWS's, or Terraform's where AWS has no ID.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
func TestIDPrefixes(t *testing.T) {
	want := map[string]string{
		"ec2/DefaultNetworkACL": "acl", "ec2/DefaultSecurityGroup": "sg", "ec2/EIP": "eipalloc", "ec2/FlowLog": "fl",
		"ec2/InternetGateway": "igw", "ec2/NATGateway": "nat", "ec2/NetworkACL": "acl", "ec2/NetworkACLRule": "nacl",
		"ec2/Route": "r-rtb", "ec2/RouteTable": "rtb", "ec2/RouteTableAssociation": "rtbassoc",
		"ec2/SecurityGroup":     "sg",
		"ec2/SecurityGroupRule": "sgrule", "ec2/Subnet": "subnet", "ec2/VPC": "vpc", "ec2/VPCEndpoint": "vpce",
	}
	each(t, func(t *testing.T, r *Record) {
		if w := want[r.String()]; r.IDPrefix != w {
			t.Errorf("its IDs begin with %q, want %q", r.IDPrefix, w)
		}
	})
}

// TestStatesThatServe: these are the states of an instance in which AWS's documentation says that it can be used, or
// that it goes on as it was. In the others it starts, stops, restarts, or is deleted.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status
func TestStatesThatServe(t *testing.T) {
	states := map[string]bool{
		"available": true, "backing-up": true, "storage-optimization": true, "storage-initialization": true,
		"configuring-enhanced-monitoring": true, "configuring-iam-database-auth": true,
		"configuring-log-exports": true,
		"creating":                false, "deleting": false, "failed": false,
		"inaccessible-encryption-credentials": false,
		"incompatible-parameters":             false, "maintenance": false, "modifying": false, "rebooting": false,
		"renaming": false, "starting": false, "stopped": false, "stopping": false, "storage-full": false,
		"upgrading": false,
	}
	for state, serves := range states {
		if slices.Contains(serving, state) != serves {
			t.Errorf("an instance that is %s serves: %v, want %v", state, !serves, serves)
		}
	}
	for _, state := range serving {
		if !states[state] {
			t.Errorf("AWS does not say that an instance serves that is %s", state)
		}
	}
}
