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
// use is at the claim's targets. If the targets disagree, the one that needs more tasks
// wins.
func scaling(s *stack.Stack, w plan.Workload) {
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
	scalingPolicy(s, w, "cpu", "ECSServiceAverageCPUUtilization", w.Scaling.CPU)
	if w.Scaling.Memory > 0 {
		scalingPolicy(s, w, "memory", "ECSServiceAverageMemoryUtilization", w.Scaling.Memory)
	}
}

// scalingPolicy keeps the average use of CPU or memory at a target. It waits for the
// service, because the scalable target that it refers to does so too.
func scalingPolicy(s *stack.Stack, w plan.Workload, name, metric string, percent int32) {
	target := keys.Scaling(w.Name)
	key := keys.ScalingPolicy(w.Name, name)
	tracking := appautoscaling.TargetTrackingScalingPolicyConfigurationParameters{
		PredefinedMetricSpecification: &appautoscaling.PredefinedMetricSpecificationParameters{
			PredefinedMetricType: &metric,
		},
		TargetValue:      ptr.To(float64(percent)),
		ScaleInCooldown:  ptr.To(float64(ptr.Deref(w.Scaling.ScaleInSeconds, scaleInCooldown))),
		ScaleOutCooldown: ptr.To(float64(ptr.Deref(w.Scaling.ScaleOutSeconds, scaleOutCooldown))),
	}
	s.Add(key, "Scales the "+w.Name+" by its use of "+name+".",
		&appautoscaling.Policy{Spec: appautoscaling.PolicySpec{ForProvider: appautoscaling.PolicyParameters{
			Region:                                   &s.Region,
			PolicyType:                               ptr.To("TargetTrackingScaling"),
			ServiceNamespaceRef:                      s.Ref(target),
			ScalableDimensionRef:                     s.Ref(target),
			ResourceIDRef:                            s.Ref(target),
			TargetTrackingScalingPolicyConfiguration: &tracking,
		}}}, stack.After(keys.Service(w.Name)), stack.ExternalName(s.ID+"-"+w.Name+"-"+name))
}
