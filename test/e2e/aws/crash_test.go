package aws

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	wafv2types "github.com/aws/aws-sdk-go-v2/service/wafv2/types"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

// Annotations that a person sets when the provider has lost a resource.
const (
	externalName  = "crossplane.io/external-name"
	createPending = "crossplane.io/external-create-pending"
)

// forgotten is what a resource says that AWS has and the provider does not know.
var forgotten = regexp.MustCompile(`already exists|AlreadyExists|Duplicate|Subnet\.Conflict|cannot determine creation result`)

// crashes are when the provider and Crossplane are killed: once this many
// resources work, which is while the fast ones are made, and the slow ones.
var crashes = []int{20, 70}

// The provider and Crossplane die in the middle of a creation, as on a node that
// runs out of memory. What they were doing is done again. For what AWS names by
// itself somebody may have to tell the provider the name, as docs/known-issues.md
// says; the test does it the same way.
func TestACrashInTheMiddle(t *testing.T) {
	const ns, name = "e2e-crash", "shop"
	ctx := t.Context()
	need(t, lab.Plane.Namespace(ctx, ns))
	claim, err := harness.ReadClaim(lab.Path("examples", "nonproduction.yaml"))
	need(t, err)
	claim.SetNamespace(ns)
	claim.SetName(name)
	_, err = lab.Plane.Create(ctx, claim)
	need(t, err)

	before := provider.Restarts()
	for _, n := range crashes {
		need(t, harness.Eventually(ctx, readyIn, func(ctx context.Context) error { return working(ctx, ns, n) }))
		provider.Kill()
		lab.Core.Kill()
		t.Logf("%d resources work; the provider and Crossplane are killed", n)
	}

	helped := map[string]bool{}
	need(t, harness.Eventually(ctx, readyIn, func(ctx context.Context) error {
		c, err := lab.Claim(ctx, ns, name)
		if err != nil {
			return err
		}
		if err := harness.Unready(c); err != nil {
			return fmt.Errorf("%w\n%w", err, help(ctx, t, ns, helped))
		}
		return nil
	}))
	t.Logf("%d resources needed a hand", len(helped))
	if n := provider.Restarts() - before; n != len(crashes) {
		t.Errorf("the provider has ended %d times; it was killed %d times", n, len(crashes))
	}
	remove(t, ns, name)
}

// working is nil once so many resources work.
func working(ctx context.Context, namespace string, atLeast int) error {
	objects, err := lab.Composed(ctx, namespace)
	if err != nil {
		return err
	}
	n := 0
	for o := range maps.Values(harness.Managed(objects)) {
		if harness.Works(o) {
			n++
		}
	}
	if n < atLeast {
		return fmt.Errorf("%d resources work", n)
	}
	return nil
}

// help does for each resource what the documentation says of its message.
func help(ctx context.Context, t *testing.T, namespace string, helped map[string]bool) error {
	objects, err := lab.Composed(ctx, namespace)
	if err != nil {
		return err
	}
	managed := harness.Managed(objects)
	for _, id := range slices.Sorted(maps.Keys(managed)) {
		o := managed[id]
		said := harness.Waits(o)
		if helped[id] || !forgotten.MatchString(said) {
			continue
		}
		annotations := o.GetAnnotations()
		if annotations[externalName], err = nameInAWS(ctx, o); err != nil {
			return err
		}
		delete(annotations, createPending)
		o.SetAnnotations(annotations)
		if _, err := lab.Plane.Update(ctx, o); err != nil {
			return err
		}
		helped[id] = true
		t.Logf("%s gets a hand, since it says: %s", id, said)
	}
	return fmt.Errorf("%s", strings.Join(troubles(managed), "\n"))
}

// made selects by the tags that the provider gives to what it makes, and ours.
func made(o *unstructured.Unstructured) []ec2types.Filter {
	stack, _, _ := unstructured.NestedString(o.Object, "spec", "forProvider", "tags", "kasha.io/stack")
	return []ec2types.Filter{
		{Name: awssdk.String("tag:crossplane-name"), Values: []string{o.GetName()}},
		{Name: awssdk.String("tag:kasha.io/stack"), Values: []string{stack}},
	}
}

// nameInAWS is what AWS calls a resource that we call otherwise.
func nameInAWS(ctx context.Context, o *unstructured.Unstructured) (string, error) {
	asked := func(field string) *string {
		s, _, _ := unstructured.NestedString(o.Object, "spec", "forProvider", field)
		return &s
	}
	config := cloud(*asked("region"))
	switch o.GetKind() {
	case "LB":
		r, err := elasticloadbalancingv2.NewFromConfig(config).DescribeLoadBalancers(ctx, &elasticloadbalancingv2.DescribeLoadBalancersInput{Names: []string{*asked("name")}})
		if err != nil {
			return "", err
		}
		return awssdk.ToString(r.LoadBalancers[0].LoadBalancerArn), nil
	case "LBTargetGroup":
		r, err := elasticloadbalancingv2.NewFromConfig(config).DescribeTargetGroups(ctx, &elasticloadbalancingv2.DescribeTargetGroupsInput{Names: []string{*asked("name")}})
		if err != nil {
			return "", err
		}
		return awssdk.ToString(r.TargetGroups[0].TargetGroupArn), nil
	case "WebACL":
		r, err := wafv2.NewFromConfig(config).ListWebACLs(ctx, &wafv2.ListWebACLsInput{Scope: wafv2types.ScopeCloudfront})
		if err != nil {
			return "", err
		}
		for _, acl := range r.WebACLs {
			if awssdk.ToString(acl.Name) == *asked("name") {
				return awssdk.ToString(acl.Id), nil
			}
		}
	case "Subnet":
		r, err := ec2.NewFromConfig(config).DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{Filters: made(o)})
		if err != nil || len(r.Subnets) == 0 {
			return "", err
		}
		return awssdk.ToString(r.Subnets[0].SubnetId), nil
	case "SecurityGroup":
		r, err := ec2.NewFromConfig(config).DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{Filters: made(o)})
		if err != nil || len(r.SecurityGroups) == 0 {
			return "", err
		}
		return awssdk.ToString(r.SecurityGroups[0].GroupId), nil
	case "Instance":
		r, err := rds.NewFromConfig(config).DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: asked("identifier")})
		if err != nil {
			return "", err
		}
		return awssdk.ToString(r.DBInstances[0].DbiResourceId), nil
	}
	return "", fmt.Errorf("docs/known-issues.md does not say what to do about %s", harness.ID(o))
}
