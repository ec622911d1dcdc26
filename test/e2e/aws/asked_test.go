package aws

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
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

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

// isAsAsked follows a request through AWS, and asks AWS itself at every station.
func (l *life) isAsAsked(t *testing.T) {
	for _, check := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"viewers meet our firewall, and then our load balancer", l.edge},
		{"listeners forward to the services' target groups", l.listeners},
		{"subnets are in the right route tables", l.routes},
		{"databases are what they should be", l.databases},
		{"queues give up to their dead-letter queues", l.queues},
	} {
		t.Run(check.name, check.run)
	}
}

// object is one of the claim's objects.
func (l *life) object(t *testing.T, kind, key string) *unstructured.Unstructured {
	t.Helper()
	objects, err := lab.Composed(t.Context(), l.namespace)
	need(t, err)
	id := kind + "/" + l.claim.GetName() + "-" + key
	if objects[id] == nil {
		t.Fatalf("there is no %s", id)
	}
	return objects[id]
}

// observed is a field of what the provider says of an object.
func observed(o *unstructured.Unstructured, field string) string {
	s, _, _ := unstructured.NestedString(o.Object, "status", "atProvider", field)
	return s
}

func (l *life) edge(t *testing.T) {
	r, err := cloudfront.NewFromConfig(cloud(edgeRegion)).GetDistribution(t.Context(), &cloudfront.GetDistributionInput{
		Id: awssdk.String(observed(l.object(t, "Distribution", "distribution"), "id")),
	})
	need(t, err)
	config := r.Distribution.DistributionConfig
	if acl := observed(l.object(t, "WebACL", "webacl"), "arn"); acl == "" || awssdk.ToString(config.WebACLId) != acl {
		t.Errorf("the distribution's firewall is %q, not %q", awssdk.ToString(config.WebACLId), acl)
	}
	lb := observed(l.object(t, "LB", "alb-public"), "dnsName")
	if got := l.leads(t, awssdk.ToString(config.Origins.Items[0].DomainName)); lb == "" || got != lb {
		t.Errorf("the distribution's origin is %q, not %q", got, lb)
	}
	if v := config.Origins.Items[0].VpcOriginConfig; v != nil {
		l.isPrivate(t, awssdk.ToString(v.VpcOriginId))
	}
	if p := config.DefaultCacheBehavior.ViewerProtocolPolicy; p != "redirect-to-https" && p != "https-only" {
		t.Errorf("viewers may come without TLS: %s", p)
	}
}

// leads is the name that a name of the claim's hosted zone is an alias of, or
// the name itself.
func (l *life) leads(t *testing.T, name string) string {
	if l.zone == "" {
		return name
	}
	r, err := route53.NewFromConfig(cloud(edgeRegion)).ListResourceRecordSets(t.Context(), &route53.ListResourceRecordSetsInput{HostedZoneId: &l.zone})
	need(t, err)
	for _, set := range r.ResourceRecordSets {
		if awssdk.ToString(set.Name) == name+"." && set.AliasTarget != nil {
			return strings.TrimSuffix(awssdk.ToString(set.AliasTarget.DNSName), ".")
		}
	}
	return name
}

// isPrivate checks that a VPC origin leads to the load balancer, and that the
// internet does not.
func (l *life) isPrivate(t *testing.T, id string) {
	lb := l.object(t, "LB", "alb-public")
	r, err := cloudfront.NewFromConfig(cloud(edgeRegion)).GetVpcOrigin(t.Context(), &cloudfront.GetVpcOriginInput{Id: &id})
	need(t, err)
	if got := awssdk.ToString(r.VpcOrigin.VpcOriginEndpointConfig.Arn); got != observed(lb, "arn") {
		t.Errorf("the VPC origin leads to %q, not to %q", got, observed(lb, "arn"))
	}
	balancers, err := elasticloadbalancingv2.NewFromConfig(cloud(l.region)).DescribeLoadBalancers(t.Context(), &elasticloadbalancingv2.DescribeLoadBalancersInput{
		LoadBalancerArns: []string{observed(lb, "arn")},
	})
	need(t, err)
	if scheme := balancers.LoadBalancers[0].Scheme; scheme != elbtypes.LoadBalancerSchemeEnumInternal {
		t.Errorf("the load balancer behind the VPC origin is %s", scheme)
	}
}

func (l *life) listeners(t *testing.T) {
	elb := elasticloadbalancingv2.NewFromConfig(cloud(l.region))
	for balancer, service := range map[string]string{"alb-public": "frontend", "alb-internal": "backend"} {
		target := l.targetGroup(t, service)
		r, err := elb.DescribeListeners(t.Context(), &elasticloadbalancingv2.DescribeListenersInput{
			LoadBalancerArn: awssdk.String(observed(l.object(t, "LB", balancer), "arn")),
		})
		need(t, err)
		if !forwards(t, elb, r.Listeners, target) {
			t.Errorf("no listener of %s forwards to %s's target group %s", balancer, service, target)
		}
	}
}

// forwards says whether a rule of a listener does; the default action is one.
func forwards(t *testing.T, elb *elasticloadbalancingv2.Client, listeners []elbtypes.Listener, target string) bool {
	for _, li := range listeners {
		r, err := elb.DescribeRules(t.Context(), &elasticloadbalancingv2.DescribeRulesInput{ListenerArn: li.ListenerArn})
		need(t, err)
		for _, rule := range r.Rules {
			for _, a := range rule.Actions {
				if awssdk.ToString(a.TargetGroupArn) == target {
					return true
				}
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
	r, err := svc.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: awssdk.String(l.stackID()), Services: []string{name}})
	if err != nil {
		return nil, err
	}
	if len(r.Services) != 1 {
		return nil, fmt.Errorf("AWS has no service %s in cluster %s", name, l.stackID())
	}
	d, err := svc.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{TaskDefinition: r.Services[0].TaskDefinition})
	if err != nil {
		return nil, err
	}
	out := &running{services: r.Services[0], cpu: awssdk.ToString(d.TaskDefinition.Cpu), memory: awssdk.ToString(d.TaskDefinition.Memory)}
	for _, c := range d.TaskDefinition.ContainerDefinitions {
		out.image += awssdk.ToString(c.Image) + " "
	}
	return out, nil
}

func (l *life) routes(t *testing.T) {
	r, err := ec2.NewFromConfig(cloud(l.region)).DescribeRouteTables(t.Context(), &ec2.DescribeRouteTablesInput{})
	need(t, err)
	ways := map[string]string{}
	for _, table := range r.RouteTables {
		for _, a := range table.Associations {
			if a.SubnetId != nil {
				ways[*a.SubnetId] = wayOut(table)
			}
		}
	}
	objects, err := lab.Composed(t.Context(), l.namespace)
	need(t, err)
	for id, o := range harness.Managed(objects) {
		if o.GetKind() != "Subnet" {
			continue
		}
		want := "nat"
		switch {
		case strings.Contains(id, "-subnet-public-"):
			want = "igw"
		case strings.Contains(id, "-subnet-data-"):
			want = "none"
		}
		if got := ways[observed(o, "id")]; got != want {
			t.Errorf("%s leaves by %q, not by %q", id, got, want)
		}
	}
}

// wayOut is how a table's subnets reach the internet.
func wayOut(table ec2types.RouteTable) string {
	for _, r := range table.Routes {
		switch {
		case awssdk.ToString(r.DestinationCidrBlock) != "0.0.0.0/0":
		case r.NatGatewayId != nil:
			return "nat"
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
	objects, err := lab.Composed(t.Context(), l.namespace)
	need(t, err)
	for id := range objects {
		_, key, isReplica := strings.Cut(id, "Instance/"+l.claim.GetName()+"-db-replica-")
		if !isReplica {
			continue
		}
		replica, err := l.database(t.Context(), "db-replica-"+key)
		need(t, err)
		source := awssdk.ToString(replica.ReadReplicaSourceDBInstanceIdentifier)
		if source != awssdk.ToString(primary.DBInstanceIdentifier) && source != awssdk.ToString(primary.DBInstanceArn) {
			t.Errorf("%s replicates %q, not the primary", id, source)
		}
	}
}

func (l *life) database(ctx context.Context, key string) (*rdstypes.DBInstance, error) {
	id := l.stackID() + "-" + key
	r, err := rds.NewFromConfig(cloud(l.region)).DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: &id})
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
		r, err := svc.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []sqstypes.QueueAttributeName{"All"}})
		need(t, err)
		if want := l.stackID() + "-" + q["name"].(string) + "-dlq"; !strings.Contains(r.Attributes["RedrivePolicy"], want) { //nolint:forcetypeassert // As above.
			t.Errorf("queue %v gives up to %q, not to %s", q["name"], r.Attributes["RedrivePolicy"], want)
		}
	}
}

// changed is why AWS does not show the change yet, or nil.
func changed(ctx context.Context, l *life) error {
	s, err := l.service(ctx, "backend")
	if err != nil {
		return err
	}
	if !strings.Contains(s.image, "httpd:2.4.65") || s.cpu != "1024" || s.memory != "3072" {
		return fmt.Errorf("AWS runs %s with %s CPU units and %s MiB", s.image, s.cpu, s.memory)
	}
	name := l.stackID() + "-added"
	if _, err := sqs.NewFromConfig(cloud(l.region)).GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &name}); err != nil {
		return fmt.Errorf("AWS has no queue %s: %w", name, err)
	}
	return nil
}

// unprotected is what AWS still protects, or nil.
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
