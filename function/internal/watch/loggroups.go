package watch

import (
	"k8s.io/utils/ptr"

	cloudwatchlogs "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatchlogs/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// logGroups adds the log groups with the names that AWS's services write to. If a
// service has created its group first, the provider takes it over.
func logGroups(s *stack.Stack, p *plan.Plan) {
	if p.Network.Own {
		logGroup(s, keys.FlowLogGroup, "/kasha/"+s.ID+"/vpc/flow", "Holds the flow logs of the VPC.")
	}
	for _, w := range p.Containers() {
		logGroup(s, keys.LogGroup(w.Name), p.LogGroupName(w.Name), "Holds the output of the "+w.Name+" containers.")
	}
	shellLogs(s, p)
	logGroup(s, keys.ContainerInsightLogs, "/aws/ecs/containerinsights/"+s.ID+"/performance",
		"Holds the measurements of Container Insights.")
	for _, b := range p.Bindings {
		for _, g := range b.LogGroups() {
			logGroup(s, g.Key, g.Name, g.Purpose)
		}
	}
}

// shellLogs is the log group of what shells show. Nobody hides it by turning exec off: the group of
// a protected claim stays in AWS, and is used again when exec is on again.
func shellLogs(s *stack.Stack, p *plan.Plan) {
	if p.HasExec() {
		logGroup(s, keys.ExecLogGroup, p.ExecLogGroupName(), "Holds what shells in containers show.",
			stack.RetainWhile(p.Protected))
	} else if !p.Protected {
		s.DeleteRetained(string(keys.ExecLogGroup), cloudwatchlogs.Group_GroupVersionKind,
			"The claim allows no shells any more; the next pass deletes what they showed.")
	}
}

func logGroup(s *stack.Stack, key stack.Key, name, purpose string, opts ...stack.Option) {
	s.Add(key, purpose,
		&cloudwatchlogs.Group{Spec: cloudwatchlogs.GroupSpec{ForProvider: cloudwatchlogs.GroupParameters{
			Region:          &s.Region,
			RetentionInDays: ptr.To(float64(s.Claim.Spec.Logs.RetentionDays)),
			// An ARN, not a reference, so that no group is created before the key lets
			// CloudWatch use it.
			KMSKeyID:    ptr.To(stack.ARN(keys.TelemetryKey)),
			SkipDestroy: ptr.To(false),
			Tags:        s.Tags(key),
		}}}, append(opts, stack.ExternalName(name))...)
}
