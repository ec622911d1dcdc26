// Package cost estimates the monthly cost of a claim without traffic: what AWS bills by
// the hour, with the minimum number of tasks. It excludes what AWS bills by use: requests,
// traffic, log lines, backups and runs of schedules.
package cost

import (
	"fmt"
	"math"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// AsOf is the month of the prices below.
const AsOf = "2026-11"

// hours is the number of hours in a month in AWS's pricing calculator.
const hours = 730

// List prices of us-east-1 in USD. They are per hour unless the name says otherwise.
// https://aws.amazon.com/fargate/pricing/, https://aws.amazon.com/vpc/pricing/,
// https://aws.amazon.com/elasticloadbalancing/pricing/,
// https://aws.amazon.com/rds/mysql/pricing/, https://aws.amazon.com/rds/proxy/pricing/,
// https://aws.amazon.com/waf/pricing/,
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

// monthly is the price in USD of one resource for a month, by kind, for kinds whose price
// does not depend on their configuration.
var monthly = map[string]float64{
	"cloudwatch/CompositeAlarm": 0.50,
	"cloudwatch/MetricAlarm":    0.10, // for each metric in it
	"ec2/NATGateway":            hours * (natGateway + publicAddress),
	"elbv2/LB":                  hours * loadBalancer,
	"kms/Key":                   1.0,
	"route53/Zone":              0.50,
	"secretsmanager/Secret":     0.40,
	"wafv2/WebACL":              8.0, // the ACL and its three rules
}

// instanceClasses are the hourly prices of RDS for MySQL instances in one zone.
var instanceClasses = map[string]float64{
	"db.t3.micro": 0.017, "db.t3.small": 0.034, "db.t3.medium": 0.068, "db.t3.large": 0.136,
	"db.t4g.micro": 0.016, "db.t4g.small": 0.032, "db.t4g.medium": 0.065, "db.t4g.large": 0.129,
}

// Estimate returns a claim's monthly cost. Resources are all resources that the claim is
// composed of, also those that do not exist yet.
func Estimate(p *plan.Plan, resources []*stack.Resource) v1alpha1.CostStatus {
	usd, unpriced := sum(p, resources, func(s v1alpha1.Scaling) int32 { return s.Min })
	note := "us-east-1 list prices of " + AsOf + " for what AWS bills by the hour, " +
		"with the minimum number of tasks; requests, traffic, logs, backups and runs of schedules cost extra"
	if unpriced != "" {
		note = "without the database instances, because their price is not known; " + note
	}
	return v1alpha1.CostStatus{MonthlyUSD: fmt.Sprintf("%.0f", usd), Note: note}
}

// Ceiling returns a claim's monthly cost in USD with the maximum number of tasks and with
// runs of its schedules and releases, and the instance class that it leaves out because its price is not
// known, or an empty string.
func Ceiling(p *plan.Plan, resources []*stack.Resource) (usd int64, unpriced string) {
	all, unpriced := sum(p, resources, func(s v1alpha1.Scaling) int32 { return s.Max })
	return int64(math.Round(all + runs(p))), unpriced
}

// runs is the monthly price of the schedules' runs and of releases, if one of each always
// goes on. How long a run takes is not known, and AWS starts the next one beside a run that
// has not ended, so they can cost more. Releases of one workload never run at once.
func runs(p *plan.Plan) float64 {
	usd := 0.0
	for _, w := range p.Workloads {
		if w.Release != nil {
			usd += task(w)
		}
	}
	for _, w := range p.Schedules {
		switch {
		case w.Schedule.Paused:
		case w.RunsOnSpot():
			usd += task(w) * spotShare
		default:
			usd += task(w)
		}
	}
	return usd
}

// sum is the monthly cost in USD with a number of tasks, and what it leaves out.
func sum(p *plan.Plan, resources []*stack.Resource, tasks func(v1alpha1.Scaling) int32) (float64, string) {
	usd, unpriced := counted(resources)+network(p.Claim)+rules(p.Claim.Spec.Edge.WAF), ""
	for _, w := range p.Workloads {
		usd += service(w, tasks(w.Scaling))
	}
	for _, b := range p.Bindings {
		for _, u := range b.Usage() {
			price, known := priceOf(u.Item)
			usd += price * u.Quantity
			if !known {
				unpriced, _ = strings.CutPrefix(u.Item, plan.ItemInstance)
			}
		}
	}
	return usd, unpriced
}

// priceOf returns the price in USD of an item for a month, and false where it is not known.
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

// counted is the monthly price of the resources whose price depends only on their kind.
func counted(resources []*stack.Resource) float64 {
	usd := 0.0
	for _, r := range resources {
		if k := kinds.AWS[r.Kind]; k != nil {
			usd += monthly[k.String()] * float64(metricsIn(r))
		}
	}
	return usd
}

// metricsIn is the number of metrics that an alarm computes its value of, each of which AWS
// bills like an alarm. It is one for everything else.
func metricsIn(r *stack.Resource) int {
	n := 0
	for _, q := range r.List("spec", "forProvider", "metricQuery") {
		if query, _ := q.(map[string]any); query["metric"] != nil {
			n++
		}
	}
	return max(n, 1)
}

// network is the monthly price of addresses and endpoints, which each zone has.
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

func service(w plan.Workload, tasks int32) float64 { return task(w) * equivalents(w.Spot, tasks) }

// task is the monthly price of a task that always runs, on demand.
func task(w plan.Workload) float64 {
	vcpu, gib := vcpuX86, gibX86
	if w.Architecture == "ARM64" {
		vcpu, gib = vcpuARM, gibARM
	}
	return hours * (float64(w.CPU)/1024*vcpu + float64(w.Memory)/1024*gib)
}

// equivalents is the number of on-demand tasks that cost as much as a number of tasks with
// their share on Spot.
func equivalents(spot v1alpha1.Spot, number int32) float64 {
	tasks, base, percent := float64(number), 0.0, 0.0
	if spot.OnDemandBase != nil {
		base = min(float64(*spot.OnDemandBase), tasks)
	}
	if spot.Percent != nil {
		percent = float64(*spot.Percent) / 100
	}
	rest := tasks - base
	return base + rest*(1-percent) + rest*percent*spotShare
}

// rules is the monthly price of the firewall's rules beyond the three that every claim has:
// one for each list of addresses.
func rules(w v1alpha1.WAF) float64 {
	usd := 0.0
	for _, cidrs := range [][]string{w.AllowCIDRs, w.DenyCIDRs} {
		if len(cidrs) > 0 {
			usd += webACLRuleMonth
		}
	}
	return usd
}
