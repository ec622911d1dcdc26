package rules

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// networkRules are about places in the network, and the connections that are allowed.
var networkRules = []Rule{{
	ID: "network-placement",
	Title: "Each load balancer, service, database, pool, endpoint and gateway is in its tier's subnets and its " +
		"own security groups.",
	Why: "A database in a public subnet, or a task behind another's security group, can be reached by whom it " +
		"must not.",
	Source: "Kasha: docs/network.md; " +
		"https://docs.aws.amazon.com/prescriptive-guidance/latest/patterns/access-a-private-ecs-application.html",
	check: eachOf(isInItsPlace),
}, {
	ID:    "network-paths",
	Title: "Security groups open the paths of a request from group to group, and no others.",
	Why:   "An attacker can use every path, so only needed paths may be open.",
	Source: "https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/" +
		"sec_network_protection_create_layers.html",
	check: opensKnownPathsOnly,
}, {
	ID:     "network-no-open-ingress",
	Title:  "No address is let in, and nothing is publicly accessible: CloudFront comes in by its prefix list.",
	Why:    "Scanners find an open port in minutes.",
	Source: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19",
	check:  each(isClosedToTheWorld),
}, {
	ID:     "network-no-public-addresses",
	Title:  "No subnet and no task gets a public address.",
	Why:    "Load balancers and NAT gateways bring their own; anything else with one can be reached.",
	Source: "https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-2",
	check:  each(hasNoPublicAddress),
}, {
	ID:     "network-routes",
	Title:  "Public subnets leave by the gateway, private ones by a NAT gateway, and data subnets not at all.",
	Why:    "A data subnet with a route out is a way for data out.",
	Source: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-example-private-subnets-nat.html",
	check:  eachOf(leavesByItsTiersWay),
}, endpointRule, {
	ID: "network-origin-header",
	Title: "The viewers' listener answers 403, but for requests with the header that only the claim's " +
		"distribution sends.",
	Why:    "CloudFront's addresses are the same for everybody: any distribution could pass the firewall by.",
	Source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/restrict-access-to-load-balancer.html",
	check:  refusesStrangers,
}, {
	ID:     "network-default-group",
	Title:  "The VPC's default security group allows nothing.",
	Why:    "Whatever is made without a group gets it.",
	Source: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-2",
	check:  hasAnEmptyDefaultGroup,
}}

// A place is an object's place in the network: the tier of its subnets and its security groups, if the
// kind has them.
type place struct {
	tier   string
	groups string
	// more are other fields of spec.forProvider that belong to the place.
	more map[string]string
}

// places of the kinds that have one, by pattern of key. A key without a row breaks the rule.
var places = []struct {
	kind, keys string
	place      func(World) place
}{
	{"elbv2/LB", "alb-public", entrance},
	{"elbv2/LB", "alb-internal", fixed(place{"backend", "sg-backend-alb", map[string]string{"internal": "true"}})},
	{"ecs/Service", "service-frontend", fixed(place{"frontend", "sg-frontend", nil})},
	{"ecs/Service", "service-backend", fixed(place{"backend", "sg-backend", nil})},
	{"ecs/Service", "service-worker-*", fixed(place{"backend", "sg-backend", nil})},
	{"scheduler/Schedule", "schedule-*", fixed(place{"backend", "sg-backend", nil})},
	{"rds/SubnetGroup", "subnetgroup-data", fixed(place{"data", "", nil})},
	{"rds/Instance", "db-primary", fixed(place{"data", "sg-db", map[string]string{"publiclyAccessible": "false"}})},
	{"rds/Instance", "db-replica-*", fixed(place{"data", "sg-db", map[string]string{"publiclyAccessible": "false"}})},
	{"rds/Cluster", "db-cluster", fixed(place{"data", "sg-db", nil})},
	{"rds/ClusterInstance", "db-node-*", fixed(place{"data", "", map[string]string{"publiclyAccessible": "false"}})},
	{"rds/Proxy", "db-proxy", fixed(place{"data", "sg-db-proxy", nil})},
	{"ec2/VPCEndpointSubnetAssociation", "endpoint-*-backend-*", fixed(place{"backend", "", nil})},
	{"ec2/VPCEndpointSecurityGroupAssociation", "endpoint-*-sg",
		fixed(place{"", "sg-endpoints", map[string]string{"replaceDefaultAssociation": "true"}})},
	{"ec2/NATGateway", "nat-*", fixed(place{"public", "", map[string]string{"connectivityType": "public"}})},
	{"serverlessrepo/CloudFormationStack", "rotation-application", fixed(place{"backend", "sg-rotation", nil})},
}

func fixed(p place) func(World) place { return func(World) place { return p } }

// entrance is the viewers' load balancer, which a VPC origin makes private.
func entrance(w World) place {
	if text(w.Claim, "spec", "edge", "origin") == "VPCOrigin" {
		return place{"frontend", "sg-alb,sg-alb-https", map[string]string{"internal": "true"}}
	}
	return place{"public", "sg-alb,sg-alb-https", map[string]string{"internal": "false"}}
}

func isInItsPlace(w World, key string, o map[string]any) []string {
	kind := kindOf(o)
	if service, ok := strings.CutPrefix(key, "service-"+servicePrefix); ok && kind == "ecs/Service" {
		tier := isPlaced(w, servicePrefix+service)
		return differs(w, place{tier, "sg-" + tier, nil}, o)
	}
	known := false
	for _, row := range places {
		if row.kind != kind {
			continue
		}
		known = true
		if matches(row.keys, key) {
			return differs(w, row.place(w), o)
		}
	}
	if known {
		return []string{"is not in the table of places"}
	}
	return nil
}

func differs(w World, want place, o map[string]any) []string {
	var out []string
	subnets, groups := located(w, o)
	if want.tier != "" {
		all := subnetsOf(w, want.tier, kindOf(o))
		if !isPart(subnets, all) || isWhole(kindOf(o)) && len(subnets) != len(all) {
			out = append(out,
				fmt.Sprintf("is in the subnets %v, want those of the tier %s: %v", subnets, want.tier, all))
		}
	}
	if got := strings.Join(groups, ","); got != want.groups {
		out = append(out, fmt.Sprintf("has the security groups %q, want %q", got, want.groups))
	}
	for _, field := range slices.Sorted(maps.Keys(want.more)) {
		if got := in(params(o), field); got != want.more[field] {
			out = append(out, fmt.Sprintf("has %s %q, want %q", field, got, want.more[field]))
		}
	}
	return out
}

// isWhole tells whether an object of a kind is in all subnets of its tier, and not only in one.
func isWhole(kind string) bool {
	return kind != "ec2/NATGateway" && kind != "ec2/VPCEndpointSubnetAssociation"
}

func isPart(some, of []string) bool {
	return len(some) > 0 && !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(of, s) })
}

// subnetsOf are the keys of a tier's subnets. A replica names the subnet group by its name in AWS.
func subnetsOf(w World, tier, kind string) []string {
	if slices.Contains([]string{"rds/Instance", "rds/Cluster", "rds/ClusterInstance"}, kind) {
		return []string{"subnetgroup-" + tier}
	}
	var out []string
	for _, key := range w.keys("ec2/Subnet") {
		if strings.HasPrefix(key, "subnet-"+tier+"-") {
			out = append(out, key)
		}
	}
	return out
}

// located are the sorted keys of the subnets and of the security groups that an object is in, wherever its kind says
// so.
func located(w World, o map[string]any) (subnets, groups []string) {
	p := params(o)
	switch kindOf(o) {
	case "ecs/Service":
		n := asMap(p["networkConfiguration"])
		return w.refs(n, "subnetRefs"), w.refs(n, "securityGroupRefs")
	case "scheduler/Schedule":
		r := scheduledRunOf(o)
		return byIDs(w, strings.Join(r.Subnets, ",")), byIDs(w, strings.Join(r.SecurityGroups, ","))
	case "elbv2/LB":
		return w.refs(p, "subnetRefs"), w.refs(p, "securityGroupRefs")
	case "rds/SubnetGroup":
		return w.refs(p, "subnetIdRefs"), nil
	case "rds/Proxy":
		return w.refs(p, "vpcSubnetIdsRefs"), w.refs(p, "vpcSecurityGroupIdRefs")
	case "rds/Instance", "rds/Cluster":
		return []string{subnetGroup(w, p)}, w.refs(p, "vpcSecurityGroupIdRefs")
	case "rds/ClusterInstance":
		// Its security groups are the cluster's.
		return []string{subnetGroup(w, p)}, nil
	case "ec2/VPCEndpointSecurityGroupAssociation":
		return nil, []string{w.ref(p, "securityGroupId")}
	case "serverlessrepo/CloudFormationStack":
		parameters := asMap(p["parameters"])
		return byIDs(w, text(parameters, "vpcSubnetIds")), byIDs(w, text(parameters, "vpcSecurityGroupIds"))
	}
	return []string{w.ref(p, "subnetId")}, nil
}

// subnetGroup is the key of a database's subnet group, by reference or by its name in AWS.
func subnetGroup(w World, p map[string]any) string {
	if name := text(p, "dbSubnetGroupName"); name != "" {
		for _, key := range w.keys("rds/SubnetGroup") {
			if externalName(w.Desired[key]) == name {
				return key
			}
		}
	}
	return w.ref(p, "dbSubnetGroupName")
}

// byIDs are the sorted keys of observed objects, by their IDs in AWS, separated by commas. One subnet may serve two
// tiers of an existing network; of its keys the first counts.
func byIDs(w World, ids string) []string {
	var out []string
	for _, id := range strings.Split(ids, ",") {
		found := "?" + id
		for _, key := range slices.Sorted(maps.Keys(w.Observed)) {
			if text(w.at(key), "id") == id {
				found = key
				break
			}
		}
		out = append(out, found)
	}
	slices.Sort(out)
	return out
}

// A hop is an allowed connection: its source, its target and its port.
type hop struct {
	from, to string
	port     float64
}

// Ends of a hop that are not security groups.
const (
	internet   = "internet"
	cloudFront = "cloudfront"
)

// hops are all connections that a claim may allow.
func hops(w World) []hop {
	port := func(service string) float64 { n, _ := number(w.Claim, "spec."+service+".port"); return n }
	return append(serviceHops(w, port), []hop{
		{cloudFront, "sg-alb", 80},
		{cloudFront, "sg-alb-https", 443},
		{"sg-alb", "sg-frontend", port("frontend")},
		{"sg-frontend", "sg-backend-alb", 80},
		{"sg-backend-alb", "sg-backend", port("backend")},
		{"sg-backend", "sg-db", 3306},
		{"sg-backend", "sg-db-proxy", 3306},
		{"sg-db-proxy", "sg-db", 3306},
		{"sg-rotation", "sg-db", 3306},
		{"sg-frontend", internet, 443},
		{"sg-backend", internet, 443},
		{"sg-rotation", internet, 443},
		{"sg-frontend", "sg-endpoints", 443},
		{"sg-backend", "sg-endpoints", 443},
		{"sg-rotation", "sg-endpoints", 443},
	}...)
}

// serviceHops are those to further services, and to the backend where viewers reach it. The ports of the internal
// load balancer are one hop.
func serviceHops(w World, port func(string) float64) []hop {
	var out []hop
	if lookup(w.Claim, "spec", "backend", "expose") != nil {
		out = append(out, hop{"sg-alb", "sg-backend", port("backend")})
	}
	internal, data := false, false
	for _, s := range services(w) {
		from, to := "sg-backend-alb", "sg-"+isPlaced(w, s)
		if in(w.Claim, "spec."+s+".way") == "public" {
			from = "sg-alb"
		} else {
			internal = true
		}
		data = data || to == "sg-backend"
		out = append(out, hop{from, to, port(s)})
	}
	if internal {
		out = append(out, hop{"sg-frontend", "sg-backend-alb", firstPort}, hop{"sg-backend", "sg-backend-alb",
			firstPort})
	}
	if data {
		out = append(out, hop{"sg-backend", "sg-backend-alb", 80})
	}
	return out
}

// firstPort and lastPort are those of the internal load balancer's listeners for services.
const firstPort, lastPort = 20000, 29999

func opensKnownPathsOnly(w World) []Violation {
	out := leadsOutside(w)
	open := map[hop]map[string]bool{}
	for _, key := range w.keys("ec2/SecurityGroupRule") {
		if strings.Contains(key, toOutside) {
			continue
		}
		p, direction := hopOf(w, w.Desired[key])
		if !slices.Contains(hops(w), p) || text(params(w.Desired[key]), "protocol") != "tcp" {
			out = append(out, violation(key, "opens a path that is not needed: %s to %s on %v", p.from, p.to, p.port))
		}
		if open[p] == nil {
			open[p] = map[string]bool{}
		}
		open[p][direction] = true
	}
	if !w.Settled {
		return out
	}
	for p, ends := range open {
		if strings.HasPrefix(p.from, "sg-") && strings.HasPrefix(p.to, "sg-") && len(ends) < 2 {
			out = append(out, violation(p.to, "is open at one end only: from %s on %v", p.from, p.port))
		}
	}
	return append(out, missingHops(w, open)...)
}

// leadsOutside compares the rules for destinations that the claim lists with the claim.
func leadsOutside(w World) []Violation {
	claimed, open := egressOf(w), map[string]bool{}
	var out []Violation
	for _, key := range w.keys("ec2/SecurityGroupRule") {
		if !strings.Contains(key, toOutside) {
			continue
		}
		p := params(w.Desired[key])
		to := strings.Join(append(texts(p["cidrBlocks"]), texts(p["prefixListIds"])...), ",")
		way := destination(w.ref(p, "securityGroupId"), to, text(p, "protocol"), p["fromPort"])
		open[way] = true
		if !claimed[way] || text(p, "type") != "egress" || p["fromPort"] != p["toPort"] {
			out = append(out, violation(key, "leads where the claim does not: %s", way))
		}
	}
	for _, way := range slices.Sorted(maps.Keys(claimed)) {
		group, _, _ := strings.Cut(way, " ")
		if w.Settled && !open[way] {
			out = append(out, violation(group, "has no rule for a destination of the claim: %s", way))
		}
	}
	return out
}

// toOutside is in the keys of these rules.
const toOutside = "-to-outside-"

// egressOf are the destinations that the claim lists. Workers, schedules and services with data have the backend's
// group, and other services the frontend's.
func egressOf(w World) map[string]bool {
	out := map[string]bool{}
	for _, name := range workloads(w) {
		group := "sg-backend"
		if name == "frontend" || strings.HasPrefix(name, servicePrefix) && isPlaced(w, name) == "frontend" {
			group = "sg-frontend"
		}
		for _, e := range objects(lookup(w.Claim, "spec", name, "egress")) {
			port, _ := number(e, "port")
			out[destination(group, text(e, "cidr")+text(e, "prefixListID"), text(e, "protocol"), port)] = true
		}
	}
	return out
}

func destination(group, to, protocol string, port any) string {
	return fmt.Sprintf("%s to %s %s/%v", group, to, protocol, port)
}

// hopOf is the hop that a rule opens one end of. Its port is -1 where it opens several.
func hopOf(w World, o map[string]any) (hop, string) {
	p := params(o)
	group, peer, port := w.ref(p, "securityGroupId"), peerOf(w, p), -1.0
	from, _ := number(p, "fromPort")
	to, _ := number(p, "toPort")
	if from == to || from == firstPort && to == lastPort {
		port = from
	}
	if text(p, "type") == "egress" {
		return hop{group, peer, port}, "egress"
	}
	return hop{peer, group, port}, "ingress"
}

func peerOf(w World, p map[string]any) string {
	switch {
	case in(p, "cidrBlocks") == "0.0.0.0/0" && text(p, "type") == "egress":
		return internet
	case strings.HasPrefix(in(p, "prefixListIds"), "pl-") && len(texts(p["prefixListIds"])) == 1:
		return cloudFront
	case p["cidrBlocks"] != nil || p["ipv6CidrBlocks"] != nil || p["self"] == true:
		return "addresses"
	}
	return w.ref(p, "sourceSecurityGroupId")
}

// missingHops are those of a request that are not open between groups that exist.
func missingHops(w World, open map[hop]map[string]bool) []Violation {
	entry := hop{cloudFront, "sg-alb", 80}
	if lookup(w.Claim, "spec", "edge", "domain") != nil {
		entry = hop{cloudFront, "sg-alb-https", 443}
	}
	var out []Violation
	for _, p := range hops(w) {
		exists := func(end string) bool { return end == internet || w.Desired[end] != nil }
		needed := p == entry || p.from != cloudFront && exists(p.from) && exists(p.to)
		if needed && open[p] == nil {
			out = append(out, violation(p.to, "cannot be reached from %s on %v", p.from, p.port))
		}
	}
	return out
}

func isClosedToTheWorld(_ World, _ string, o map[string]any) string {
	p := params(o)
	addresses := p["cidrBlocks"] != nil || p["ipv6CidrBlocks"] != nil
	if kindOf(o) == "ec2/SecurityGroupRule" && text(p, "type") == "ingress" && addresses {
		return "lets addresses in"
	}
	if p["publiclyAccessible"] == true {
		return "is publicly accessible"
	}
	return ""
}

func hasNoPublicAddress(_ World, _ string, o map[string]any) string {
	p := params(o)
	switch kindOf(o) {
	case "ec2/Subnet":
		if !onlyLooks(o) && p["mapPublicIpOnLaunch"] != false {
			return "gives out public addresses"
		}
	case "ecs/Service":
		if in(p, "networkConfiguration.assignPublicIp") != "false" {
			return "gives its tasks public addresses"
		}
	}
	return ""
}

// leavesByItsTiersWay is about routes, and about the route table of each subnet.
func leavesByItsTiersWay(w World, _ string, o map[string]any) []string {
	p := params(o)
	switch kindOf(o) {
	case "ec2/Route":
		return wrongRoute(w, w.ref(p, "routeTableId"), p)
	case "ec2/RouteTableAssociation":
		subnet, table := w.ref(p, "subnetId"), w.ref(p, "routeTableId")
		if want := tableOf(subnet); table != want {
			return []string{fmt.Sprintf("gives %s the routes of %s, want %s", subnet, table, want)}
		}
	case "ec2/VPCEndpointRouteTableAssociation":
		if table := w.ref(p, "routeTableId"); !strings.HasPrefix(table, "routetable-private-") {
			return []string{"gives " + table + " a way to the endpoint"}
		}
	}
	return nil
}

// tableOf is the route table of a subnet: subnet-frontend-a is private and leaves by its zone.
func tableOf(subnet string) string {
	parts := strings.Split(subnet, "-")
	tier, zone := parts[1], parts[len(parts)-1]
	if tier == "public" || tier == "data" {
		return "routetable-" + tier
	}
	return "routetable-private-" + zone
}

func wrongRoute(w World, table string, p map[string]any) []string {
	by := w.ref(p, "gatewayId")
	for _, key := range w.keys("ec2/NATGateway") {
		if text(w.at(key), "id") == text(p, "natGatewayId") {
			by = key
		}
	}
	switch {
	case table == "routetable-public" && by == "igw":
	case strings.HasPrefix(table, "routetable-private-") && by == natOf(w, table):
	default:
		return []string{fmt.Sprintf("sends %s of %s to %q", text(p, "destinationCidrBlock"), table, by)}
	}
	return nil
}

// natOf is the NAT gateway of a private table: that of its zone, or the only one.
func natOf(w World, table string) string {
	if gateways := w.keys("ec2/NATGateway"); len(gateways) == 1 {
		return gateways[0]
	}
	return "nat-" + strings.TrimPrefix(table, "routetable-private-")
}

// viewersListeners are the keys of the listeners that CloudFront connects to, and of the rule
// that admits it.
var viewersListeners = map[string]string{
	"listener-public":       "listenerrule-public-origin",
	"listener-public-https": "listenerrule-public-https-origin",
}

func refusesStrangers(w World) []Violation {
	var out []Violation
	for listener, rule := range viewersListeners {
		o := w.Desired[listener]
		if o == nil {
			continue
		}
		p := params(o)
		does := in(p, "defaultAction.0.type") + " " + in(p, "defaultAction.0.fixedResponse.statusCode")
		if len(objects(p["defaultAction"])) != 1 || does != "fixed-response 403" {
			out = append(out, violation(listener, "lets anybody in by default"))
		}
		if r := w.Desired[rule]; r != nil {
			out = append(out, letsOnlyTheDistributionIn(w, listener, rule, "frontend", params(r))...)
		}
		for _, key := range w.keys("elbv2/LBListenerRule") {
			service, ok := strings.CutPrefix(key, strings.TrimSuffix(rule, "origin"))
			if ok && service != "origin" && !strings.HasPrefix(service, "https-") {
				out = append(out, letsOnlyTheDistributionIn(w, listener, key, publicPrefix+service,
					params(w.Desired[key]))...)
			}
		}
	}
	return out
}

// secretLen is the length of the shortest header that cannot be guessed: 128 bits as hexadecimal digits.
const secretLen = 32

func letsOnlyTheDistributionIn(w World, listener, rule, service string, p map[string]any) []Violation {
	var out []Violation
	wrong := func(m string) { out = append(out, Violation{Key: rule, Message: m}) }
	header, value := in(p, "condition.0.httpHeader.httpHeaderName"), in(p, "condition.0.httpHeader.values")
	if w.ref(p, "listenerArn") != listener {
		wrong("is not a rule of " + listener)
	}
	if len(value) < secretLen {
		wrong("wants a header that can be guessed: " + strconv.Quote(value))
	}
	d := params(w.Desired["distribution"])
	if d != nil &&
		(in(d, "origin.0.customHeader.0.name") != header || in(d, "origin.0.customHeader.0.value") != value) {
		wrong("wants another header than the distribution sends")
	}
	if in(p, "action.0.type") != "forward" || in(p, "action.0.targetGroupArn") != w.arn("targetgroup-"+service) {
		wrong("does not forward to " + service)
	}
	return append(out, forwardsInOrder(w, rule, service, p)...)
}

// forwardsInOrder tells whether the rule of the frontend, which gets all other requests, comes after those of
// services, and whether a rule chooses what the claim says. A longer path comes first.
func forwardsInOrder(w World, rule, service string, p map[string]any) []Violation {
	var out []Violation
	mine, _ := number(p, "priority")
	length := func(o map[string]any) int { return longest(o, "pathPattern") + 200*min(longest(o, "hostHeader"), 1) }
	for _, key := range w.keys("elbv2/LBListenerRule") {
		other := params(w.Desired[key])
		theirs, _ := number(other, "priority")
		if key == rule || w.ref(other, "listenerArn") != w.ref(p, "listenerArn") {
			continue
		}
		if mine == theirs || length(p) > length(other) && mine > theirs {
			out = append(out, violation(rule, "has the number %v, and %s with less to match has %v", mine, key,
				theirs))
		}
	}
	for condition, field := range map[string]string{"pathPattern": "paths", "hostHeader": "hosts"} {
		want := slices.Sorted(slices.Values(texts(lookup(w.Claim, "spec", service, "expose", field))))
		if got := values(p, condition); w.Settled && !slices.Equal(got, want) {
			out = append(out, violation(rule, "chooses the %s %v, want %v", field, got, want))
		}
	}
	return out
}

// values of the conditions of a rule, which are in order.
func values(p map[string]any, condition string) []string {
	var out []string
	for _, c := range objects(p["condition"]) {
		out = append(out, texts(lookup(c, condition, "values"))...)
	}
	return out
}

func longest(p map[string]any, condition string) int {
	n := 0
	for _, v := range values(p, condition) {
		n = max(n, len(v))
	}
	return n
}

func hasAnEmptyDefaultGroup(w World) []Violation {
	if hasExistingNetwork(w) || looksFirst(w) {
		return nil
	}
	o := w.Desired["sg-default"]
	if o == nil || kindOf(o) != "ec2/DefaultSecurityGroup" {
		return []Violation{{Key: "sg-default", Message: "is not composed, so AWS's rules stay"}}
	}
	if params(o)["ingress"] != nil || params(o)["egress"] != nil {
		return []Violation{{Key: "sg-default", Message: "allows something"}}
	}
	return nil
}
