package plan

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A Way is how a load balancer sends requests to a workload. A target group belongs to one
// load balancer, so each way has its own.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
type Way struct {
	Balancer Balancer
	// TargetGroup is the key of the target group, and Suffix the end of its name in AWS.
	TargetGroup stack.Key
	Suffix      string
	// Admitted are the keys of the listener or the rules that forward requests to it. The
	// first one is what the claim asks for.
	Admitted []stack.Key
	// Port of its own listener. It is 0 where the way has none.
	Port int32
	// TLS tells whether its own listener speaks TLS.
	TLS bool
	// Rule chooses its requests. It is nil where it gets all of a listener.
	Rule *Rule
	// Listed tells whether the service's spec names the target group.
	Listed bool
}

// A Rule chooses requests of the public load balancer.
type Rule struct {
	Priority     int32
	Hosts, Paths []string
}

// servicePrefix keeps a service of the claim apart from the frontend, the backend, the workers
// and the schedules, whatever its name in the claim.
const servicePrefix = "svc-"

// extra is one of the claim's further services.
func extra(s *v1alpha1.ExtraService) Declared {
	d := Declared{
		Container: &s.Container, Serving: &s.Serving, Name: servicePrefix + s.Name, Image: s.Image,
		Field: "spec.services[" + s.Name + "]", Kind: v1alpha1.WorkloadInternal, Port: s.Port, CPU: s.CPU,
		Memory: s.Memory, StickySeconds: s.StickySeconds, Scaling: s.Scaling, Deployment: s.Deployment,
		Sidecars: s.Sidecars, Release: s.Release, Service: s.Name, Data: s.Data, Expose: s.Expose,
		Protocol: s.Protocol,
	}
	if s.Expose != nil {
		d.Kind = v1alpha1.WorkloadWeb
	}
	return d
}

// ServiceVariable is the name of the variable with the URL of a service: ORDERS_EU_URL for
// orders-eu.
func ServiceVariable(service string) string {
	return strings.ToUpper(strings.ReplaceAll(service, "-", "_")) + urlSuffix
}

const urlSuffix = "_URL"

// The internal load balancer has a listener for each internal service, on a port that follows
// from the service's name: a service that is added or removed changes no other's. Names that
// come to one port are refused.
const firstListenerPort, lastListenerPort = 20000, 29999

// ListenerPort is the port of an internal service on the internal load balancer.
func ListenerPort(service string) int32 {
	return firstListenerPort + int32(hash(service)%(lastListenerPort-firstListenerPort+1))
}

func hash(name string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	return h.Sum32()
}

// TLS tells whether other workloads call a service with TLS. AWS has HTTP/2 and gRPC to the
// targets only behind an HTTPS listener.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#target-group-protocol-version
func (d Declared) TLS() bool { return d.Protocol != "" && d.Protocol != v1alpha1.ProtocolHTTP1 }

// TLSInside tells whether a listener of the internal load balancer speaks TLS.
func (p *Plan) TLSInside() bool {
	return p.Entrance.HTTPS && slices.ContainsFunc(p.Claim.Spec.Services, func(s v1alpha1.ExtraService) bool {
		return extra(&s).TLS()
	})
}

// LateURL tells whether a variable is the URL of an internal service, also of one that the
// claim no longer has.
func LateURL(name, value string) bool {
	service, is := strings.CutSuffix(name, urlSuffix)
	service = strings.ReplaceAll(strings.ToLower(service), "_", "-")
	port := ":" + strconv.Itoa(int(ListenerPort(service)))
	return is && strings.HasPrefix(value, "http") && strings.HasSuffix(value, port)
}

const (
	// firstPriority is the smallest priority of a rule that chooses requests by hosts and
	// paths, and lastPriority that of the rule with the frontend's requests, which are all
	// others. AWS has 1 to 50000.
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html
	firstPriority, lastPriority = 100, 50000
	// longestPath is the longest path of a rule.
	longestPath = 128
	// alike is how many priorities there are for rules that are equally specific.
	alike = 190
)

// priority of a rule follows from what it chooses and from the service's name alone, so that
// no rule ever changes its number because of another one. A rule with hosts comes before
// those without, and one with a longer path before those with shorter ones.
func priority(name string, e v1alpha1.Expose) int32 {
	weight := 0
	for _, path := range e.Paths {
		weight = max(weight, min(len(path), longestPath))
	}
	if len(e.Hosts) > 0 {
		weight += longestPath + 1
	}
	const heaviest = 2*longestPath + 1
	return int32(firstPriority + (heaviest-weight)*alike + int(hash(name)%alike))
}

// OriginPriority is the priority of the rule with the frontend's requests. It is the first
// one where there is no other.
func (p *Plan) OriginPriority() int32 {
	for _, w := range p.Workloads {
		for _, way := range w.Ways {
			if way.Rule != nil {
				return lastPriority
			}
		}
	}
	return 1
}

// ways are those that the claim asks for, and those that are left of what it asked for
// before.
func (p *Plan) ways(d Declared) (asked, left []Way) {
	switch {
	case d.Serving == nil:
		return nil, nil
	case d.Name == frontend:
		return []Way{{
			Balancer: p.Public, TargetGroup: keys.TargetGroup(d.Name), Suffix: d.Name,
			Admitted: []stack.Key{p.Entrance.OriginRule()}, Listed: true,
		}}, nil
	case d.Name == backend:
		asked = append(asked, Way{
			Balancer: p.Internal, TargetGroup: keys.TargetGroup(d.Name), Suffix: d.Name,
			Admitted: []stack.Key{keys.Listener(InternalBalancer, false)}, Listed: true,
		})
	default:
		own := Way{
			Balancer: p.Internal, TargetGroup: keys.TargetGroup(d.Name), Suffix: d.Name,
			Admitted: []stack.Key{keys.ServiceListener(d.Name)}, Port: ListenerPort(d.Service), TLS: d.TLS(),
		}
		if d.TLS() {
			short := strings.ToLower(string(d.Protocol))
			own.TargetGroup = keys.ProtocolTargetGroup(short, d.Name)
			own.Suffix = short[:1] + short[len(short)-1:] + "-" + d.Service
		}
		p.sort(d, own, d.Expose == nil, &asked, &left)
	}
	public := Way{
		Balancer: p.Public, TargetGroup: keys.PublicTargetGroup(d.Name),
		Suffix: "pub-" + strings.TrimPrefix(d.Name, servicePrefix),
		Admitted: []stack.Key{
			keys.ServiceRule(p.Entrance.HTTPS, d.Name), keys.ServiceRule(!p.Entrance.HTTPS, d.Name),
		},
	}
	if e := d.Expose; e != nil {
		public.Rule = &Rule{Priority: priority(d.Name, *e), Hosts: e.Hosts, Paths: e.Paths}
	}
	p.sort(d, public, d.Expose != nil, &asked, &left)
	return asked, left
}

// sort adds a way to those that the claim asks for, or to those that are left. Left is a
// target group that exists, until the service has been deployed without it: ECS stops tasks
// whose health nobody can check.
func (p *Plan) sort(d Declared, way Way, wanted bool, asked, left *[]Way) {
	_, exists := p.stack.Observed(way.TargetGroup)
	way.Listed = p.lists(d, way.TargetGroup)
	switch {
	case wanted:
		*asked = append(*asked, way)
	case exists && (way.Listed || p.states[d.Name].Phase != rollout.RolledOut):
		*left = append(*left, way)
	}
}

// lists tells whether a service's spec names a target group. Where that is not known, it may.
func (p *Plan) lists(d Declared, group stack.Key) bool {
	o, ok := p.stack.Observed(keys.Service(d.Name))
	if _, exists := p.stack.Observed(group); !ok || !exists {
		return false
	}
	arn, known := p.stack.Status(group, "arn")
	if !known {
		arn, known = p.stack.NameInAWS(group)
	}
	v, _ := o.Lookup("spec", "forProvider", "loadBalancer")
	list, _ := v.([]any)
	return slices.ContainsFunc(list, func(e any) bool {
		m, _ := e.(map[string]any)
		return !known || m["targetGroupArn"] == arn
	})
}
