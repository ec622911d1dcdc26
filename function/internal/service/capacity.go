package service

import (
	"k8s.io/utils/ptr"

	ecs "github.com/upbound/provider-aws/v2/apis/namespaced/ecs/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// whole is all of a service's tasks in percent.
const whole = 100

// strategy spreads a service over on-demand Fargate and Spot: first the base on
// on-demand, then the rest by weight. Weights are as small as possible. A provider that
// only serves the base has the weight 0.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
func strategy(s v1alpha1.Spot) []ecs.CapacityProviderStrategyParameters {
	base, percent := ptr.Deref(s.OnDemandBase, 0), ptr.Deref(s.Percent, 0)
	unit := gcd(percent, whole)
	item := func(provider string, base, weight int32) ecs.CapacityProviderStrategyParameters {
		i := ecs.CapacityProviderStrategyParameters{CapacityProvider: &provider, Weight: ptr.To(float64(weight))}
		if base > 0 {
			i.Base = ptr.To(float64(base))
		}
		return i
	}
	var out []ecs.CapacityProviderStrategyParameters
	switch {
	case percent == 0:
		// All tasks are on demand, so a base has no effect.
		return append(out, item(onDemand, 0, 1))
	case percent < whole || base > 0:
		out = append(out, item(onDemand, base, (whole-percent)/unit))
	}
	return append(out, item(spot, 0, percent/unit))
}

func gcd(a, b int32) int32 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
