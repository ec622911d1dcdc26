package service

import (
	"k8s.io/utils/ptr"

	ecs "github.com/upbound/provider-aws/v2/apis/namespaced/ecs/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// whole is all of a service's tasks in percent.
const whole = 100

// strategy spreads a service over on-demand Fargate and Spot: the base first on
// on-demand, then by weight, as small as they can be. A weight of 0 is given to
// what only serves the base.
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
		// All of it is on demand, so a base says nothing.
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
