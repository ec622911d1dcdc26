package service

import (
	"k8s.io/utils/ptr"

	appautoscaling "github.com/upbound/provider-aws/v2/apis/namespaced/appautoscaling/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Seconds between two steps. More tasks soon, fewer slowly: a lull is cheap, a
// wave is not.
const (
	scaleInCooldown  = 300
	scaleOutCooldown = 60
)

// scaling moves the number of tasks between the claim's bounds, to where the
// average use is what it aims at. Of two aims the one that wants more tasks wins.
func scaling(s *stack.Stack, w plan.Workload) {
	target := keys.Scaling(w.Name)
	s.Add(target, "How many tasks the "+w.Name+" may have.", &appautoscaling.Target{Spec: appautoscaling.TargetSpec{ForProvider: appautoscaling.TargetParameters{
		Region:            &s.Region,
		ServiceNamespace:  ptr.To("ecs"),
		ScalableDimension: ptr.To("ecs:service:DesiredCount"),
		ResourceID:        ptr.To("service/" + s.ID + "/" + w.Name),
		MinCapacity:       ptr.To(float64(w.Scaling.Min)),
		MaxCapacity:       ptr.To(float64(w.Scaling.Max)),
		Tags:              s.Tags(target),
	}}}, stack.After(keys.Service(w.Name)))
	aim(s, w, "cpu", "ECSServiceAverageCPUUtilization", w.Scaling.CPU)
	aim(s, w, "memory", "ECSServiceAverageMemoryUtilization", w.Scaling.Memory)
}

// aim waits for the service, like the target that it refers to, which would not
// be there otherwise.
func aim(s *stack.Stack, w plan.Workload, name, metric string, percent int32) {
	target := keys.Scaling(w.Name)
	key := keys.ScalingPolicy(w.Name, name)
	s.Add(key, "Scales the "+w.Name+" by its use of "+name+".", &appautoscaling.Policy{Spec: appautoscaling.PolicySpec{ForProvider: appautoscaling.PolicyParameters{
		Region:               &s.Region,
		PolicyType:           ptr.To("TargetTrackingScaling"),
		ServiceNamespaceRef:  s.Ref(target),
		ScalableDimensionRef: s.Ref(target),
		ResourceIDRef:        s.Ref(target),
		TargetTrackingScalingPolicyConfiguration: &appautoscaling.TargetTrackingScalingPolicyConfigurationParameters{
			PredefinedMetricSpecification: &appautoscaling.PredefinedMetricSpecificationParameters{PredefinedMetricType: &metric},
			TargetValue:                   ptr.To(float64(percent)),
			ScaleInCooldown:               ptr.To(float64(scaleInCooldown)),
			ScaleOutCooldown:              ptr.To(float64(scaleOutCooldown)),
		},
	}}}, stack.After(keys.Service(w.Name)), stack.ExternalName(s.ID+"-"+w.Name+"-"+name))
}
