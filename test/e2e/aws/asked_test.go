package aws

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	cftypes "github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// isAsAsked follows a request through AWS, and asks AWS itself about every step.
func (l *life) isAsAsked(t *testing.T) {
	for _, check := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"viewers reach our firewall, and then our load balancer", l.edge},
		{"the domain leads to the distribution", l.domain},
		{"listeners forward to the services' target groups, and the viewers' one to nobody but CloudFront",
			l.listeners},
		{"subnets are in the right route tables", l.routes},
		{"databases are as the claim asks", l.databases},
		{"queues move failed messages to their dead-letter queues", l.queues},
	} {
		t.Run(check.name, check.run)
	}
}

// object is one of the claim's objects, as it was when the claim was ready. A key
// may end in a digest.
func (l *life) object(t *testing.T, kind, key string) *unstructured.Unstructured {
	t.Helper()
	id := kind + "/" + l.claim.GetName() + "-" + key
	if o := l.composed[id]; o != nil {
		return o
	}
	for _, known := range slices.Sorted(maps.Keys(l.composed)) {
		if strings.HasPrefix(known, id+"-") {
			return l.composed[known]
		}
	}
	t.Fatalf("there is no %s", id)
	return nil
}

// observed is a field of an object's status.atProvider.
func observed(o *unstructured.Unstructured, field string) string {
	s, _, _ := unstructured.NestedString(o.Object, "status", "atProvider", field)
	return s
}

// distribution checks what viewers reach first.
func (l *life) distribution(t *testing.T) *cftypes.DistributionConfig {
	t.Helper()
	r, err := cloudfront.NewFromConfig(cloud(edgeRegion)).GetDistribution(t.Context(),
		&cloudfront.GetDistributionInput{
			Id: awssdk.String(observed(l.object(t, "Distribution", "distribution"), "id")),
		})
	need(t, err)
	return r.Distribution.DistributionConfig
}

func (l *life) edge(t *testing.T) {
	config := l.distribution(t)
	if acl := observed(l.object(t, "WebACL", "webacl"), "arn"); acl == "" || awssdk.ToString(config.WebACLId) != acl {
		t.Errorf("the distribution's firewall is %q, not %q", awssdk.ToString(config.WebACLId), acl)
	}
	if p := config.DefaultCacheBehavior.ViewerProtocolPolicy; p != "redirect-to-https" && p != "https-only" {
		t.Errorf("viewers may connect without TLS: %s", p)
	}
	origin := config.Origins.Items[0]
	if kind, _, _ := unstructured.NestedString(l.claim.Object, "spec", "edge", "origin"); kind == "VPCOrigin" {
		if origin.VpcOriginConfig == nil {
			t.Fatal("the distribution does not reach its origin through the VPC")
		}
		l.isPrivate(t, awssdk.ToString(origin.VpcOriginConfig.VpcOriginId))
		return
	}
	lb := observed(l.object(t, "LB", "alb-public"), "dnsName")
	if got := l.leads(t, awssdk.ToString(origin.DomainName)); lb == "" || got != lb {
		t.Errorf("the distribution's origin is %q, not %q", got, lb)
	}
}

// domain checks that the distribution answers for the claim's names with the
// claim's certificate, and that DNS leads there.
func (l *life) domain(t *testing.T) {
	asked, _, _ := unstructured.NestedMap(l.claim.Object, "spec", "edge", "domain")
	if asked == nil {
		t.Skip("the claim has no domain")
	}
	names, _, _ := unstructured.NestedStringSlice(asked, "additionalNames")
	names = append(names, asked["name"].(string)) //nolint:forcetypeassert // It is required.
	config := l.distribution(t)
	if certificate := observed(l.object(t, "Certificate", "certificate-edge"), "arn"); certificate == "" ||
		awssdk.ToString(config.ViewerCertificate.ACMCertificateArn) != certificate {
		t.Errorf("the distribution shows certificate %q, not %q",
			awssdk.ToString(config.ViewerCertificate.ACMCertificateArn), certificate)
	}
	cdn := observed(l.object(t, "Distribution", "distribution"), "domainName")
	for _, name := range names {
		if !slices.Contains(config.Aliases.Items, name) {
			t.Errorf("the distribution does not answer for %s", name)
		}
		if got := l.leads(t, name); got != cdn {
			t.Errorf("%s leads to %q, not to %q", name, got, cdn)
		}
	}
}

// leads is the name that a name of the claim's hosted zone is an alias of, or
// the name itself.
func (l *life) leads(t *testing.T, name string) string {
	zone := l.zone
	if domain, _, _ := unstructured.NestedMap(l.claim.Object, "spec", "edge", "domain"); zone == "" && domain != nil {
		zone = observed(l.object(t, "Zone", "zone"), "zoneId")
	}
	if zone == "" {
		return name
	}
	r, err := route53.NewFromConfig(cloud(edgeRegion)).ListResourceRecordSets(t.Context(),
		&route53.ListResourceRecordSetsInput{HostedZoneId: &zone})
	need(t, err)
	for _, set := range r.ResourceRecordSets {
		if set.Type == "A" && awssdk.ToString(set.Name) == name+"." && set.AliasTarget != nil {
			return strings.TrimSuffix(awssdk.ToString(set.AliasTarget.DNSName), ".")
		}
	}
	return name
}

// isPrivate checks that a VPC origin leads to the load balancer, and that the
// internet does not.
func (l *life) isPrivate(t *testing.T, id string) {
	lb := l.object(t, "LB", "alb-public")
	r, err := cloudfront.NewFromConfig(cloud(edgeRegion)).GetVpcOrigin(t.Context(),
		&cloudfront.GetVpcOriginInput{Id: &id})
	need(t, err)
	if got := awssdk.ToString(r.VpcOrigin.VpcOriginEndpointConfig.Arn); got != observed(lb, "arn") {
		t.Errorf("the VPC origin leads to %q, not to %q", got, observed(lb, "arn"))
	}
	balancers, err := elasticloadbalancingv2.NewFromConfig(cloud(l.region)).DescribeLoadBalancers(t.Context(),
		&elasticloadbalancingv2.DescribeLoadBalancersInput{
			LoadBalancerArns: []string{observed(lb, "arn")},
		})
	need(t, err)
	if scheme := balancers.LoadBalancers[0].Scheme; scheme != elbtypes.LoadBalancerSchemeEnumInternal {
		t.Errorf("the load balancer behind the VPC origin is %s", scheme)
	}
}

func (l *life) listeners(t *testing.T) {
	for balancer, service := range map[string]string{"alb-public": "frontend", "alb-internal": "backend"} {
		target, forwards := l.targetGroup(t, service), 0
		for _, rule := range l.rules(t, balancer) {
			for _, a := range rule.Actions {
				if awssdk.ToString(a.TargetGroupArn) != target {
					continue
				}
				forwards++
				if balancer == "alb-public" && !l.isFromCloudFront(t, rule) {
					t.Errorf("%s forwards what has not come through CloudFront: its rule has the conditions %+v",
						balancer, rule.Conditions)
				}
			}
		}
		if forwards == 0 {
			t.Errorf("no listener of %s forwards to %s's target group %s", balancer, service, target)
		}
	}
}

// rules of all listeners of a load balancer; the default action is one.
func (l *life) rules(t *testing.T, balancer string) []elbtypes.Rule {
	elb := elasticloadbalancingv2.NewFromConfig(cloud(l.region))
	r, err := elb.DescribeListeners(t.Context(), &elasticloadbalancingv2.DescribeListenersInput{
		LoadBalancerArn: awssdk.String(observed(l.object(t, "LB", balancer), "arn")),
	})
	need(t, err)
	var out []elbtypes.Rule
	for _, li := range r.Listeners {
		r, err := elb.DescribeRules(t.Context(),
			&elasticloadbalancingv2.DescribeRulesInput{ListenerArn: li.ListenerArn})
		need(t, err)
		out = append(out, r.Rules...)
	}
	return out
}

// isFromCloudFront says whether a rule wants the header that the distribution
// sends.
func (l *life) isFromCloudFront(t *testing.T, rule elbtypes.Rule) bool {
	headers := l.distribution(t).Origins.Items[0].CustomHeaders
	if headers == nil {
		return false
	}
	for _, sent := range headers.Items {
		for _, c := range rule.Conditions {
			h := c.HttpHeaderConfig
			if h != nil && awssdk.ToString(h.HttpHeaderName) == awssdk.ToString(sent.HeaderName) &&
				slices.Equal(h.Values, []string{awssdk.ToString(sent.HeaderValue)}) {
				return true
			}
		}
	}
	return false
}

// targetGroup is where ECS registers a service's tasks.
func (l *life) targetGroup(t *testing.T, service string) string {
	t.Helper()
	s, err := l.service(t.Context(), service)
	need(t, err)
	if len(s.services.LoadBalancers) != 1 {
		t.Fatalf("service %s has %d target groups", service, len(s.services.LoadBalancers))
	}
	return awssdk.ToString(s.services.LoadBalancers[0].TargetGroupArn)
}

// running is a service and what it runs.
type running struct {
	services ecstypes.Service
	image    string
	cpu      string
	memory   string
}

func (l *life) service(ctx context.Context, name string) (*running, error) {
	svc := ecs.NewFromConfig(cloud(l.region))
	r, err := svc.DescribeServices(ctx,
		&ecs.DescribeServicesInput{Cluster: awssdk.String(l.stackID()), Services: []string{name}})
	if err != nil {
		return nil, err
	}
	if len(r.Services) != 1 {
		return nil, fmt.Errorf("AWS has no service %s in cluster %s", name, l.stackID())
	}
	d, err := svc.DescribeTaskDefinition(ctx,
		&ecs.DescribeTaskDefinitionInput{TaskDefinition: r.Services[0].TaskDefinition})
	if err != nil {
		return nil, err
	}
	out := &running{
		services: r.Services[0], cpu: awssdk.ToString(d.TaskDefinition.Cpu),
		memory: awssdk.ToString(d.TaskDefinition.Memory),
	}
	for _, c := range d.TaskDefinition.ContainerDefinitions {
		out.image += awssdk.ToString(c.Image) + " "
	}
	return out, nil
}

func (l *life) routes(t *testing.T) {
	svc := ec2.NewFromConfig(cloud(l.region))
	r, err := svc.DescribeRouteTables(t.Context(), &ec2.DescribeRouteTablesInput{})
	need(t, err)
	ways := map[string]string{}
	for _, table := range r.RouteTables {
		for _, a := range table.Associations {
			if a.SubnetId != nil {
				ways[*a.SubnetId] = wayOut(table)
			}
		}
	}
	zones := l.natZones(t, svc)
	for id, o := range l.composed {
		if o.GetKind() != "Subnet" {
			continue
		}
		way := ways[observed(o, "id")]
		zone, isNAT := zones[way]
		switch {
		case strings.Contains(id, "-subnet-public-"):
			if way != "igw" {
				t.Errorf("%s leaves by %q, not by the internet gateway", id, way)
			}
		case strings.Contains(id, "-subnet-data-"):
			if way != "none" {
				t.Errorf("%s has a way out: %q", id, way)
			}
		case !isNAT:
			t.Errorf("%s leaves by %q, not by a NAT gateway", id, way)
		case len(zones) > 1 && zone != observed(o, "availabilityZone"):
			t.Errorf("%s in %s leaves by the NAT gateway of %s", id, observed(o, "availabilityZone"), zone)
		}
	}
}

// natZones are the zones of the claim's NAT gateways.
func (l *life) natZones(t *testing.T, svc *ec2.Client) map[string]string {
	gateways, err := svc.DescribeNatGateways(t.Context(), &ec2.DescribeNatGatewaysInput{Filter: []ec2types.Filter{
		{Name: awssdk.String("vpc-id"), Values: []string{observed(l.object(t, "VPC", "vpc"), "id")}},
	}})
	need(t, err)
	subnets, err := svc.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{})
	need(t, err)
	zoneOf := map[string]string{}
	for _, s := range subnets.Subnets {
		zoneOf[*s.SubnetId] = *s.AvailabilityZone
	}
	out := map[string]string{}
	for _, g := range gateways.NatGateways {
		out[*g.NatGatewayId] = zoneOf[*g.SubnetId]
	}
	return out
}

// wayOut is the route of a table's subnets to the internet: igw, none, or the ID of a
// NAT gateway.
func wayOut(table ec2types.RouteTable) string {
	for _, r := range table.Routes {
		switch {
		case awssdk.ToString(r.DestinationCidrBlock) != "0.0.0.0/0":
		case r.NatGatewayId != nil:
			return *r.NatGatewayId
		case r.GatewayId != nil:
			return "igw"
		}
	}
	return "none"
}

func (l *life) databases(t *testing.T) {
	primary, err := l.database(t.Context(), "db-primary")
	need(t, err)
	if !awssdk.ToBool(primary.StorageEncrypted) || awssdk.ToBool(primary.PubliclyAccessible) {
		t.Errorf("the primary is not encrypted, or public")
	}
	replicas := 0
	for id := range l.composed {
		_, key, isReplica := strings.Cut(id, "Instance/"+l.claim.GetName()+"-db-replica-")
		if !isReplica {
			continue
		}
		replicas++
		replica, err := l.database(t.Context(), "db-replica-"+key)
		need(t, err)
		source := awssdk.ToString(replica.ReadReplicaSourceDBInstanceIdentifier)
		if source != awssdk.ToString(primary.DBInstanceIdentifier) &&
			source != awssdk.ToString(primary.DBInstanceArn) {
			t.Errorf("%s replicates %q, not the primary", id, source)
		}
	}
	if want := l.replicas(); replicas != want {
		t.Errorf("the database has %d replicas, not %d", replicas, want)
	}
}

// replicas are how many the claim asks for.
func (l *life) replicas() int {
	if n, given, _ := unstructured.NestedInt64(l.claim.Object, "spec", "database", "readReplicas"); given {
		return int(n)
	}
	if e, _, _ := unstructured.NestedString(l.claim.Object, "spec", "environment"); e == "NonProduction" {
		return 0
	}
	return 1
}

func (l *life) database(ctx context.Context, key string) (*rdstypes.DBInstance, error) {
	id := l.stackID() + "-" + key
	r, err := rds.NewFromConfig(cloud(l.region)).DescribeDBInstances(ctx,
		&rds.DescribeDBInstancesInput{DBInstanceIdentifier: &id})
	if err != nil {
		return nil, err
	}
	return &r.DBInstances[0], nil
}

func (l *life) queues(t *testing.T) {
	svc := sqs.NewFromConfig(cloud(l.region))
	c, err := lab.Claim(t.Context(), l.namespace, l.claim.GetName())
	need(t, err)
	list, _, _ := unstructured.NestedSlice(c.Object, "status", "queues")
	if len(list) == 0 {
		t.Error("the claim's status names no queue")
	}
	for _, q := range list {
		q := q.(map[string]any) //nolint:forcetypeassert // The schema says so.
		url, _ := q["url"].(string)
		r, err := svc.GetQueueAttributes(t.Context(),
			&sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []sqstypes.QueueAttributeName{"All"}})
		need(t, err)
		//nolint:forcetypeassert // As above.
		want := l.stackID() + "-" + q["name"].(string) + "-dlq"
		if !strings.Contains(r.Attributes["RedrivePolicy"], want) {
			t.Errorf("queue %v moves failed messages to %q, not to %s", q["name"], r.Attributes["RedrivePolicy"], want)
		}
	}
}

// changed returns why AWS does not show the change yet, or nil.
func changed(ctx context.Context, l *life) error {
	s, err := l.service(ctx, "backend")
	if err != nil {
		return err
	}
	if !strings.Contains(s.image, "httpd:2.4.65") || s.cpu != "1024" || s.memory != "3072" {
		return fmt.Errorf("AWS runs %s with %s CPU units and %s MiB", s.image, s.cpu, s.memory)
	}
	name := l.stackID() + "-added"
	if _, err := sqs.NewFromConfig(cloud(l.region)).GetQueueUrl(ctx,
		&sqs.GetQueueUrlInput{QueueName: &name}); err != nil {
		return fmt.Errorf("AWS has no queue %s: %w", name, err)
	}
	return nil
}

// unprotected returns what AWS still protects, or nil.
func unprotected(ctx context.Context, l *life) error {
	db, err := l.database(ctx, "db-primary")
	if err != nil {
		return err
	}
	if awssdk.ToBool(db.DeletionProtection) {
		return errors.New("AWS still protects the primary database")
	}
	return nil
}
