package service

import (
	"k8s.io/utils/ptr"

	appautoscaling "github.com/upbound/provider-aws/v2/apis/namespaced/appautoscaling/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Seconds between two scaling steps, where a claim of an older XRD has none. Tasks are
// added soon and removed slowly: too many tasks in a lull cost little, too few in a peak
// cost more.
const (
	scaleInCooldown  = 300
	scaleOutCooldown = 60
)

// scaling changes the number of tasks within the claim's bounds, so that their average
// use, or their backlog, is at the claim's targets. If the targets disagree, the one that
// needs more tasks wins.
func scaling(s *stack.Stack, p *plan.Plan, w plan.Workload) {
	target := keys.Scaling(w.Name)
	s.Add(target, "Sets how many tasks the "+w.Name+" may have.",
		&appautoscaling.Target{Spec: appautoscaling.TargetSpec{ForProvider: appautoscaling.TargetParameters{
			Region:            &s.Region,
			ServiceNamespace:  ptr.To("ecs"),
			ScalableDimension: ptr.To("ecs:service:DesiredCount"),
			ResourceID:        ptr.To("service/" + s.ID + "/" + w.Name),
			MinCapacity:       ptr.To(float64(w.Scaling.Min)),
			MaxCapacity:       ptr.To(float64(w.Scaling.Max)),
			Tags:              s.Tags(target),
		}}}, stack.After(keys.Service(w.Name)))
	if w.Scaling.CPU > 0 {
		use(s, w, "cpu", "ECSServiceAverageCPUUtilization", w.Scaling.CPU)
	}
	if w.Scaling.Memory > 0 {
		use(s, w, "memory", "ECSServiceAverageMemoryUtilization", w.Scaling.Memory)
	}
	if w.Scaling.RequestsPerTask != nil {
		requests(s, w)
	}
	if w.Backlog > 0 {
		backlog(s, p, w)
	}
	if w.Scaling.Min == 0 {
		wake(s, w)
	}
}

// use keeps the average use of CPU or memory at a target.
func use(s *stack.Stack, w plan.Workload, name, metric string, percent int32) {
	track(s, w, name, "Scales the "+w.Name+" by its use of "+name+".", percent,
		&appautoscaling.TargetTrackingScalingPolicyConfigurationParameters{
			PredefinedMetricSpecification: &appautoscaling.PredefinedMetricSpecificationParameters{
				PredefinedMetricType: &metric,
			},
		})
}

// requests keeps the number of requests to each task in a minute at a target. The label names
// the load balancer and the target group, which AWS requires to belong together.
// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html
func requests(s *stack.Stack, w plan.Workload) {
	way := w.Ways[0]
	track(s, w, "requests", "Scales the "+w.Name+" by the requests to each task.", *w.Scaling.RequestsPerTask,
		&appautoscaling.TargetTrackingScalingPolicyConfigurationParameters{
			PredefinedMetricSpecification: &appautoscaling.PredefinedMetricSpecificationParameters{
				PredefinedMetricType: ptr.To("ALBRequestCountPerTarget"),
				ResourceLabel: ptr.To(stack.Await(way.Balancer.Key(), "arnSuffix") + "/" +
					stack.Await(way.TargetGroup, "arnSuffix")),
			},
		})
}

// track adds a policy that keeps a metric at a target. It waits for the service, because
// the scalable target that it refers to does so too.
func track(
	s *stack.Stack, w plan.Workload, name, purpose string, value int32,
	tracking *appautoscaling.TargetTrackingScalingPolicyConfigurationParameters,
) {
	tracking.TargetValue = ptr.To(float64(value))
	tracking.ScaleInCooldown = ptr.To(float64(ptr.Deref(w.Scaling.ScaleInSeconds, scaleInCooldown)))
	tracking.ScaleOutCooldown = ptr.To(float64(ptr.Deref(w.Scaling.ScaleOutSeconds, scaleOutCooldown)))
	params := policyOf(s, w)
	params.PolicyType = ptr.To("TargetTrackingScaling")
	params.TargetTrackingScalingPolicyConfiguration = tracking
	addPolicy(s, w, name, purpose, params)
}

func policyOf(s *stack.Stack, w plan.Workload) appautoscaling.PolicyParameters {
	target := keys.Scaling(w.Name)
	return appautoscaling.PolicyParameters{
		Region:               &s.Region,
		ServiceNamespaceRef:  s.Ref(target),
		ScalableDimensionRef: s.Ref(target),
		ResourceIDRef:        s.Ref(target),
	}
}

func addPolicy(s *stack.Stack, w plan.Workload, name, purpose string, params appautoscaling.PolicyParameters) {
	s.Add(keys.ScalingPolicy(w.Name, name), purpose,
		&appautoscaling.Policy{Spec: appautoscaling.PolicySpec{ForProvider: params}},
		stack.After(keys.Service(w.Name)), stack.ExternalName(s.ID+"-"+w.Name+"-"+name))
}
