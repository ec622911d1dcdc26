package service

import (
	"k8s.io/utils/ptr"

	cloudformation "github.com/upbound/provider-aws/v2/apis/namespaced/cloudformation/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// callSeconds is how long a call of the runner may last. NAT gateways and many proxies cut
	// a connection on which nothing is said for 350 seconds, and the provider would call again.
	// https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html
	callSeconds = 300
	// runnerMemory is Lambda's smallest.
	runnerMemory = 128
)

// A template is a CloudFormation template. It has the runner's program in it: the provider's
// own kind of functions takes it only from S3, where others could change it.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
type template struct {
	Resources map[string]resource `json:"Resources"`
	Outputs   map[string]output   `json:"Outputs"`
}

type resource struct {
	Type       string         `json:"Type"`
	Properties map[string]any `json:"Properties"`
}

type output struct {
	Value string `json:"Value"`
}

// runnerFunction is the runner, in a stack that is deleted where its creation fails: the
// provider would take one that was rolled back for one that works.
func runnerFunction(s *stack.Stack, p *plan.Plan) {
	key := keys.RunnerFunction
	s.Add(key, "The function that looks at deployments, and runs releases and schedules.",
		&cloudformation.Stack{Spec: cloudformation.StackSpec{ForProvider: cloudformation.StackParameters{
			Region:       &s.Region,
			Name:         ptr.To(p.RunnerName()),
			OnFailure:    ptr.To("DELETE"),
			TemplateBody: ptr.To(stack.JSON(runnerTemplate(p))),
			Tags:         s.Tags(key),
		}}}, stack.After(keys.Role(keys.Runner), keys.RolePolicy(keys.Runner)))
}

func runnerTemplate(p *plan.Plan) template {
	t := template{
		Resources: map[string]resource{"Runner": {Type: "AWS::Lambda::Function", Properties: map[string]any{
			"FunctionName":  p.RunnerName(),
			"Description":   "Runs the releases of a Kasha claim.",
			"Runtime":       "python3.13",
			"Architectures": []string{"arm64"},
			"Handler":       "index.handler",
			"Code":          map[string]string{"ZipFile": runner.Source},
			"Role":          p.RoleARN(plan.RoleRunner),
			"Timeout":       callSeconds,
			"MemorySize":    runnerMemory,
			"LoggingConfig": map[string]string{"LogFormat": "JSON", "LogGroup": p.RunnerLogGroup()},
		}}},
		// It says which program AWS has.
		Outputs: map[string]output{"Code": {Value: runner.Code()}},
	}
	if p.StartsRuns() {
		// EventBridge Scheduler does not wait for an answer. Lambda asks again, and keeps what failed.
		// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
		t.Resources["Runs"] = resource{Type: "AWS::Lambda::EventInvokeConfig", Properties: map[string]any{
			"FunctionName":             map[string]string{"Ref": "Runner"},
			"Qualifier":                "$LATEST",
			"MaximumRetryAttempts":     2,
			"MaximumEventAgeInSeconds": startWithin,
			"DestinationConfig": map[string]any{
				"OnFailure": map[string]string{"Destination": stack.ARN(keys.ScheduleDeadLetters)},
			},
		}}
	}
	return t
}

// hasNewestProgram tells whether AWS has the program that the function knows.
func hasNewestProgram(s *stack.Stack) bool {
	code, _ := s.Status(keys.RunnerFunction, "outputs.Code")
	return code == runner.Code()
}

// callable are the gates without which a call of the runner would fail, or be answered by
// another version of its program.
func callable(s *stack.Stack) []stack.Option {
	return []stack.Option{
		stack.After(keys.RunnerFunction, keys.RunnerLogs),
		stack.When(hasNewestProgram(s), "the newest program of the runner"),
	}
}
