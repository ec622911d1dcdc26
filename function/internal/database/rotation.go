package database

import (
	"strings"

	"k8s.io/utils/ptr"

	secretsmanager "github.com/upbound/provider-aws/v2/apis/namespaced/secretsmanager/v1beta1"
	serverlessrepo "github.com/upbound/provider-aws/v2/apis/namespaced/serverlessrepo/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// application is AWS's rotation application for a single user of MySQL on RDS. It
	// is in AWS's own account.
	// https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_available-rotation-templates.html
	application = "arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSMySQLRotationSingleUser"
	// limitFunction is the limit for the names of Lambda functions:
	// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
	limitFunction = 64
	// limitStack leaves room for the prefix serverlessrepo-, which AWS adds to the name
	// of a stack. A stack's name may have 128 characters.
	limitStack = 100
)

// rotation lets AWS's application change the password. It begins once Secrets Manager
// has the version that it starts from. From then on that version is only observed: see
// secretVersion.
func rotation(s *stack.Stack, p *plan.Plan) {
	rotationApplication(s, p)
	s.Add(keys.Rotation, "Changes the database's password on schedule, and on demand.",
		&secretsmanager.SecretRotation{Spec: secretsmanager.SecretRotationSpec{
			ForProvider: secretsmanager.SecretRotationParameters{
				Region:            &s.Region,
				SecretIDRef:       s.Ref(keys.Secret),
				RotationLambdaArn: ptr.To(stack.Await(keys.RotationApplication, "outputs.RotationLambdaARN")),
				// The password is new, and the backend may not be ready for another one.
				RotateImmediately: ptr.To(false),
				RotationRules:     rules(s),
			},
		}}, stack.When(p.Credentials.Handed, "the database credentials in Secrets Manager"))
}

func rules(s *stack.Stack) *secretsmanager.RotationRulesParameters {
	days := float64(s.Claim.Spec.Database.PasswordRotationDays)
	return &secretsmanager.RotationRulesParameters{AutomaticallyAfterDays: &days}
}

// rotationApplication runs in the backend's subnets, from where it reaches both
// the database and Secrets Manager.
func rotationApplication(s *stack.Stack, p *plan.Plan) {
	subnets := make([]string, 0, len(p.Network.Zones))
	for _, k := range p.Network.Subnets(v1alpha1.SubnetBackend) {
		subnets = append(subnets, stack.Await(k, "id"))
	}
	parameters := map[string]*string{
		"functionName":        ptr.To(s.Name("rotation", limitFunction)),
		"endpoint":            ptr.To("https://secretsmanager." + s.Region + ".amazonaws.com"),
		"vpcSubnetIds":        ptr.To(strings.Join(subnets, ",")),
		"vpcSecurityGroupIds": ptr.To(stack.Await(keys.RotationGroup, "id")),
		"kmsKeyArn":           ptr.To(stack.ARN(keys.DataKey)),
	}
	s.Add(keys.RotationApplication, "AWS's own function that changes the database's password.",
		&serverlessrepo.CloudFormationStack{Spec: serverlessrepo.CloudFormationStackSpec{
			ForProvider: serverlessrepo.CloudFormationStackParameters{
				Region:        &s.Region,
				Name:          ptr.To(s.Name("rotation", limitStack)),
				ApplicationID: ptr.To(application),
				Capabilities:  []*string{ptr.To("CAPABILITY_IAM"), ptr.To("CAPABILITY_RESOURCE_POLICY")},
				Parameters:    parameters,
				Tags:          s.RoleTags(keys.RotationApplication),
			},
		}})
}

// managedRotation sets the schedule of a password that RDS manages. Without it, RDS
// changes the password every seven days. RDS refuses to cancel the schedule.
func managedRotation(s *stack.Stack, p *plan.Plan) {
	if s.Claim.Spec.Database.PasswordRotationDays == 0 {
		return
	}
	s.Add(keys.ManagedRotation, "Sets how often RDS changes the database's password.",
		&secretsmanager.SecretRotation{Spec: secretsmanager.SecretRotationSpec{
			ForProvider: secretsmanager.SecretRotationParameters{
				Region:            &s.Region,
				SecretID:          ptr.To(p.MasterSecretARN()),
				RotateImmediately: ptr.To(false),
				RotationRules:     rules(s),
			},
		}}, stack.Retain())
}
