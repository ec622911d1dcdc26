// Package cost estimates what a claim costs a month while nobody uses it: what
// AWS bills by the hour, with the least number of tasks. What AWS bills by use
// (requests, traffic, log lines, backups) comes on top.
package cost

import (
	"fmt"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// AsOf is when the prices below were written down.
const AsOf = "2026-11"

// hours in a month, as AWS's own calculator counts them.
const hours = 730

// List prices of us-east-1 in USD, by the hour where nothing else is said.
// https://aws.amazon.com/fargate/pricing/, https://aws.amazon.com/vpc/pricing/,
// https://aws.amazon.com/elasticloadbalancing/pricing/,
// https://aws.amazon.com/rds/mysql/pricing/, https://aws.amazon.com/rds/proxy/pricing/, https://aws.amazon.com/waf/pricing/,
// https://aws.amazon.com/kms/pricing/, https://aws.amazon.com/secrets-manager/pricing/,
// https://aws.amazon.com/cloudwatch/pricing/, https://aws.amazon.com/route53/pricing/,
// https://aws.amazon.com/privatelink/pricing/
const (
	natGateway        = 0.045
	publicAddress     = 0.005
	loadBalancer      = 0.0225
	interfaceEndpoint = 0.01 // in each zone

	vcpuX86   = 0.04048
	gibX86    = 0.004445
	vcpuARM   = 0.03238
	gibARM    = 0.00356
	spotShare = 0.30 // of the on-demand price; it varies

	storageGiBMonth = 0.115 // gp3, for each copy
	proxyVCPU       = 0.015
	webACLRuleMonth = 1.0
)

// monthly is what one resource costs a month, by kind, where that does not depend
// on how the claim configures it.
var monthly = map[string]float64{
	"cloudwatch/CompositeAlarm": 0.50,
	"cloudwatch/MetricAlarm":    0.10,
	"ec2/NATGateway":            hours * (natGateway + publicAddress),
	"elbv2/LB":                  hours * loadBalancer,
	"kms/Key":                   1.0,
	"route53/Zone":              0.50,
	"secretsmanager/Secret":     0.40,
	"wafv2/WebACL":              8.0, // the ACL and its three rules
}

// instanceClasses are RDS for MySQL's prices in one zone.
var instanceClasses = map[string]float64{
	"db.t3.micro": 0.017, "db.t3.small": 0.034, "db.t3.medium": 0.068, "db.t3.large": 0.136,
	"db.t4g.micro": 0.016, "db.t4g.small": 0.032, "db.t4g.medium": 0.065, "db.t4g.large": 0.129,
}

// Estimate is what a claim costs a month. Resources are all that it is composed of,
// also what is not created yet.
func Estimate(p *plan.Plan, resources []*stack.Resource) v1alpha1.CostStatus {
	usd := counted(resources) + network(p.Claim) + rules(p.Claim.Spec.Edge.WAF)
	for _, w := range p.Workloads {
		usd += service(w)
	}
	note := "us-east-1 list prices of " + AsOf + " for what is billed by the hour, with the fewest tasks; requests, traffic, logs and backups come on top"
	for _, b := range p.Bindings {
		for _, u := range b.Usage() {
			price, known := priceOf(u.Item)
			usd += price * u.Quantity
			if !known {
				note = "without the database instances, whose price is not known; " + note
			}
		}
	}
	return v1alpha1.CostStatus{MonthlyUSD: fmt.Sprintf("%.0f", usd), Note: note}
}

// priceOf is the price of an item for a month. It is false where it is not known.
func priceOf(item string) (float64, bool) {
	switch item {
	case plan.ItemStorage:
		return storageGiBMonth, true
	case plan.ItemProxy:
		return hours * proxyVCPU, true
	}
	class, _ := strings.CutPrefix(item, plan.ItemInstance)
	price, known := instanceClasses[strings.ToLower(class)]
	return hours * price, known
}

// counted is the price of the resources whose kind decides it.
func counted(resources []*stack.Resource) float64 {
	usd := 0.0
	for _, r := range resources {
		if k := kinds.AWS[r.Kind]; k != nil {
			usd += monthly[k.String()]
		}
	}
	return usd
}

// network is what depends on the number of zones.
func network(c *v1alpha1.KashaClaim) float64 {
	zones := float64(len(c.Spec.AvailabilityZones))
	endpoints := float64(len(c.Spec.Network.Endpoints.Interface)) * zones
	// A public load balancer has an address in every zone.
	addresses := zones
	if c.Spec.Edge.Origin == v1alpha1.VPCOrigin {
		addresses = 0
	}
	return hours * (addresses*publicAddress + endpoints*interfaceEndpoint)
}

func service(w plan.Workload) float64 {
	vcpu, gib := vcpuX86, gibX86
	if w.Architecture == "ARM64" {
		vcpu, gib = vcpuARM, gibARM
	}
	task := hours * (float64(w.CPU)/1024*vcpu + float64(w.Memory)/1024*gib)
	return task * equivalents(*w.Service)
}

// equivalents is the number of on-demand tasks that cost as much as the least
// number of tasks does with its share of Spot.
func equivalents(s v1alpha1.Service) float64 {
	tasks, base, percent := float64(s.Scaling.Min), 0.0, 0.0
	if s.Spot.OnDemandBase != nil {
		base = min(float64(*s.Spot.OnDemandBase), tasks)
	}
	if s.Spot.Percent != nil {
		percent = float64(*s.Spot.Percent) / 100
	}
	rest := tasks - base
	return base + rest*(1-percent) + rest*percent*spotShare
}

// rules of the firewall beyond the three that every claim has: one for each list
// of addresses.
func rules(w v1alpha1.WAF) float64 {
	usd := 0.0
	for _, cidrs := range [][]string{w.AllowCIDRs, w.DenyCIDRs} {
		if len(cidrs) > 0 {
			usd += webACLRuleMonth
		}
	}
	return usd
}
