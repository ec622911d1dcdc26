package backup

import (
	"strings"

	"k8s.io/utils/ptr"

	cloudformation "github.com/upbound/provider-aws/v2/apis/namespaced/cloudformation/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// testSchedule is two days after the snapshot is due, so that it and its copy
	// are done.
	testSchedule = "cron(0 8 3 * ? *)"
	// testStartHours is how long AWS may wait before it starts a test.
	testStartHours = 8
	// testSelectionDays is a little more than a month, so the newest snapshot is in it.
	testSelectionDays = 35
	// limitTest is the limit for the names of restore testing plans:
	// https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RestoreTestingPlanForCreate.html
	limitTest = 50
)

// A template is a CloudFormation template. It creates the restore test, because the
// provider has no kind for it.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-backup-restoretestingplan.html
type template struct {
	Resources map[string]resource `json:"Resources"`
}

type resource struct {
	Type       string         `json:"Type"`
	DependsOn  string         `json:"DependsOn,omitempty"`
	Properties map[string]any `json:"Properties"`
}

// restoreTest restores the newest snapshot every month: in this account from its own
// vault, or in another account from the vault there.
func restoreTest(s *stack.Stack, p *plan.Plan) {
	region, opts := s.Region, []stack.Option{stack.After(keys.Vault)}
	params := cloudformation.StackParameters{
		Name: ptr.To(s.Name("restore-test", plan.LimitName)),
		Tags: s.RoleTags(keys.RestoreTest),
	}
	if ref := s.Claim.Spec.Backup.RestoreTest.ProviderConfigRef; ref != nil {
		region = vaultRegion(s.Claim.Spec.Backup.CopyTo.VaultARN)
		params.Capabilities = []*string{ptr.To("CAPABILITY_IAM")}
		opts = []stack.Option{stack.InAccount(*ref)}
	}
	params.Region, params.TemplateBody = &region, ptr.To(stack.JSON(testTemplate(s, p)))
	s.Add(keys.RestoreTest, "Restores the newest monthly snapshot once a month, and deletes what was restored.",
		&cloudformation.Stack{Spec: cloudformation.StackSpec{ForProvider: params}},
		opts...)
}

func testTemplate(s *stack.Stack, p *plan.Plan) template {
	name, tested := strings.ReplaceAll(s.Name("monthly", limitTest), "-", "_"), testedOf(p)
	t := template{Resources: map[string]resource{
		"Plan": {Type: "AWS::Backup::RestoreTestingPlan", Properties: map[string]any{
			"RestoreTestingPlanName": name,
			"ScheduleExpression":     testSchedule,
			"StartWindowHours":       testStartHours,
			"RecoveryPointSelection": map[string]any{
				"Algorithm":           "LATEST_WITHIN_WINDOW",
				"IncludeVaults":       []string{testedVault(s)},
				"RecoveryPointTypes":  []string{"SNAPSHOT"},
				"SelectionWindowDays": testSelectionDays,
			},
		}},
		tested.id: {Type: "AWS::Backup::RestoreTestingSelection", DependsOn: "Plan", Properties: map[string]any{
			"RestoreTestingPlanName":      name,
			"RestoreTestingSelectionName": tested.name,
			"ProtectedResourceType":       tested.kind,
			"ProtectedResourceArns":       []string{"*"},
			"IamRoleArn":                  p.RoleARN(plan.RoleBackup),
			"RestoreMetadataOverrides":    overrides(s, p),
			"ValidationWindowHours":       s.Claim.Spec.Backup.RestoreTest.KeepHours,
		}},
	}}
	if elsewhere(s) {
		t.Resources["Role"] = testRole(s)
		t.Resources[tested.id].Properties["IamRoleArn"] = map[string]any{"Fn::GetAtt": []string{"Role", "Arn"}}
	}
	return t
}

// A tested is what a test restores. CloudFormation cannot change its kind, and makes the new one
// before it deletes the old one, so it has another ID and another name for each engine.
type tested struct{ id, name, kind string }

func testedOf(p *plan.Plan) tested {
	if p.Database.Serving.Engine() == v1alpha1.AuroraMySQL {
		return tested{"ClusterSelection", "cluster", "Aurora"}
	}
	return tested{"Selection", "database", "RDS"}
}

func elsewhere(s *stack.Stack) bool { return s.Claim.Spec.Backup.RestoreTest.ProviderConfigRef != nil }

// testedVault is the vault of the account that the test runs in.
func testedVault(s *stack.Stack) string {
	if elsewhere(s) {
		return s.Claim.Spec.Backup.CopyTo.VaultARN
	}
	return stack.ARN(keys.Vault)
}

// overrides restore a single instance that has no standby and no public address. In
// this account it is in the data subnets and has the VPC's default security group,
// which allows nothing.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-inferred-metadata.html
func overrides(s *stack.Stack, p *plan.Plan) map[string]string {
	out := map[string]string{"multiAz": "false", "publiclyAccessible": "false"}
	if p.Database.Serving.Engine() == v1alpha1.AuroraMySQL {
		// The volume is restored without a node, so AWS refuses what is a node's.
		out = map[string]string{}
	}
	switch group := s.Claim.Spec.Backup.RestoreTest.SubnetGroup; {
	case !elsewhere(s):
		out["dbSubnetGroupName"] = p.SubnetGroupName()
	case group != "":
		out["dbSubnetGroupName"] = group
	}
	return out
}

// testRole is AWS Backup's role in the other account.
func testRole(s *stack.Stack) resource {
	params := map[string]any{
		"AssumeRolePolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
			"Effect":    "Allow",
			"Principal": map[string]any{"Service": "backup.amazonaws.com"},
			"Action":    "sts:AssumeRole",
		}}},
		"Description":       "AWS Backup uses it to test restores of " + s.ID + ".",
		"ManagedPolicyArns": []string{"arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores"},
	}
	return resource{Type: "AWS::IAM::Role", Properties: params}
}

// vaultRegion is the region in a vault's ARN.
func vaultRegion(arn string) string {
	const at = 3
	if parts := strings.Split(arn, ":"); len(parts) > at {
		return parts[at]
	}
	return ""
}
