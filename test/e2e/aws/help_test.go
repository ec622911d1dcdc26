package aws

import (
	"context"
	"errors"
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
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	wafv2types "github.com/aws/aws-sdk-go-v2/service/wafv2/types"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

// Annotations with which a person gives the provider a resource that it has forgotten.
const (
	externalName  = "crossplane.io/external-name"
	createPending = "crossplane.io/external-create-pending"
)

// Messages of a resource that AWS has and the provider does not know, and of a resource
// of which the provider does not know whether AWS has it.
var (
	forgotten = regexp.MustCompile(`already exists|AlreadyExists|ResourceExists|Duplicate|Subnet\.Conflict`)
	uncertain = regexp.MustCompile(`cannot determine creation result`)
)

// help does for each resource what docs/known-issues.md says of its message, and
// returns what the resources say that do not work.
func (l *life) help(ctx context.Context, t *testing.T) error {
	objects, err := lab.Composed(ctx, l.namespace)
	if err != nil {
		return err
	}
	managed := harness.Managed(objects)
	errs := []error{errors.New(strings.Join(troubles(managed), "\n"))}
	for _, id := range slices.Sorted(maps.Keys(managed)) {
		o := managed[id]
		said := harness.Waits(o)
		if l.helped[id] || !forgotten.MatchString(said) && !uncertain.MatchString(said) {
			continue
		}
		if err := remind(ctx, o, uncertain.MatchString(said)); err != nil {
			errs = append(errs, fmt.Errorf("cannot help %s: %w", id, err))
			continue
		}
		l.helped[id] = true
		t.Logf("%s gets help, because it says: %s", id, said)
	}
	return errors.Join(errs...)
}

// remind gives the provider a resource's ID, or deletes in AWS what the provider can
// create again.
func remind(ctx context.Context, o *unstructured.Unstructured, isUncertain bool) error {
	r := resource{o}
	if drop := dropped[o.GetKind()]; drop != nil && !isUncertain {
		return drop(ctx, r)
	}
	name, err := r.nameInAWS(ctx)
	if err != nil {
		return err
	}
	if name == "" && !isUncertain {
		return errors.New("docs/known-issues.md does not say what to do")
	}
	annotations := o.GetAnnotations()
	if name != "" {
		annotations[externalName] = name
	}
	delete(annotations, createPending)
	o.SetAnnotations(annotations)
	// Nobody else may.
	platform, err := lab.Plane.As("grace", harness.Platform, harness.Masters)
	if err != nil {
		return err
	}
	_, err = platform.Update(ctx, o)
	return err
}

// A resource is an object's AWS resource.
type resource struct{ *unstructured.Unstructured }

func (r resource) asks(field string) *string {
	s, _, _ := unstructured.NestedString(r.Object, "spec", "forProvider", field)
	return &s
}

func (r resource) asksNumber(field string) *int32 {
	v, _, _ := unstructured.NestedFieldNoCopy(r.Object, "spec", "forProvider", field)
	var n int32
	switch v := v.(type) {
	case int64:
		n = int32(v) //nolint:gosec // A port or the number of a rule.
	case float64:
		n = int32(v)
	}
	return &n
}

// inEC2 are the kinds whose tags EC2 can be asked for. Names are unique, so
// the request does not name the type.
var inEC2 = []string{
	"VPC", "Subnet", "SecurityGroup", "InternetGateway", "RouteTable", "NATGateway", "NetworkACL", "VPCEndpoint",
	"FlowLog", "EIP",
}

// nameInAWS is what AWS calls a resource that we call otherwise, or nothing if it
// has none or calls it as we do.
func (r resource) nameInAWS(ctx context.Context) (string, error) {
	config := cloud(*r.asks("region"))
	if slices.Contains(inEC2, r.GetKind()) {
		return r.taggedInEC2(ctx)
	}
	name := *r.asks("name")
	switch r.GetKind() {
	case "LB":
		v, err := elasticloadbalancingv2.NewFromConfig(config).DescribeLoadBalancers(ctx,
			&elasticloadbalancingv2.DescribeLoadBalancersInput{})
		return named(or(v).LoadBalancers, err, "LoadBalancerName", name, "LoadBalancerArn")
	case "LBTargetGroup":
		v, err := elasticloadbalancingv2.NewFromConfig(config).DescribeTargetGroups(ctx,
			&elasticloadbalancingv2.DescribeTargetGroupsInput{})
		return named(or(v).TargetGroups, err, "TargetGroupName", name, "TargetGroupArn")
	case "WebACL":
		v, err := wafv2.NewFromConfig(config).ListWebACLs(ctx,
			&wafv2.ListWebACLsInput{Scope: wafv2types.ScopeCloudfront})
		return named(or(v).WebACLs, err, "Name", name, "Id")
	case "IPSet":
		v, err := wafv2.NewFromConfig(config).ListIPSets(ctx,
			&wafv2.ListIPSetsInput{Scope: wafv2types.ScopeCloudfront})
		return named(or(v).IPSets, err, "Name", name, "Id")
	case "Secret":
		v, err := secretsmanager.NewFromConfig(config).ListSecrets(ctx, &secretsmanager.ListSecretsInput{})
		return named(or(v).SecretList, err, "Name", name, "ARN")
	case "Instance":
		v, err := rds.NewFromConfig(config).DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{})
		return named(or(v).DBInstances, err, "DBInstanceIdentifier", *r.asks("identifier"), "DbiResourceId")
	}
	return "", nil
}

// named finds the element of a list whose field is a name, and returns another
// field of it, or nothing.
func named[T any](list []T, err error, field, name, wanted string) (string, error) {
	if err != nil {
		return "", err
	}
	called, err1 := fields(list, nil, field)
	is, err2 := fields(list, nil, wanted)
	if i := slices.Index(called, name); i >= 0 {
		return is[i], nil
	}
	return "", errors.Join(err1, err2)
}

// taggedInEC2 finds a resource by the tags of the provider and our own tags.
func (r resource) taggedInEC2(ctx context.Context) (string, error) {
	stack, _, _ := unstructured.NestedString(r.Object, "spec", "forProvider", "tags", "kasha.io/stack")
	has := map[string]int{}
	for key, value := range map[string]string{"crossplane-name": r.GetName(), "kasha.io/stack": stack} {
		tags, err := ec2.NewFromConfig(cloud(*r.asks("region"))).DescribeTags(ctx,
			&ec2.DescribeTagsInput{Filters: []ec2types.Filter{
				{Name: awssdk.String("key"), Values: []string{key}},
				{Name: awssdk.String("value"), Values: []string{value}},
			}})
		if err != nil {
			return "", err
		}
		for _, tag := range tags.Tags {
			has[awssdk.ToString(tag.ResourceId)]++
		}
	}
	for _, id := range slices.Sorted(maps.Keys(has)) {
		if has[id] == 2 {
			return id, nil
		}
	}
	return "", nil
}

// dropped are the kinds of rules, which are deleted in AWS so that they can be
// made again.
var dropped = map[string]func(context.Context, resource) error{
	"NetworkACLRule": func(ctx context.Context, r resource) error {
		egress, _, _ := unstructured.NestedBool(r.Object, "spec", "forProvider", "egress")
		_, err := ec2.NewFromConfig(cloud(*r.asks("region"))).DeleteNetworkAclEntry(ctx,
			&ec2.DeleteNetworkAclEntryInput{
				NetworkAclId: r.asks("networkAclId"), RuleNumber: r.asksNumber("ruleNumber"), Egress: &egress,
			})
		return err
	},
	"Route": func(ctx context.Context, r resource) error {
		_, err := ec2.NewFromConfig(cloud(*r.asks("region"))).DeleteRoute(ctx, &ec2.DeleteRouteInput{
			RouteTableId: r.asks("routeTableId"), DestinationCidrBlock: r.asks("destinationCidrBlock"),
		})
		return err
	},
	"SecurityGroupRule": func(ctx context.Context, r resource) error {
		svc := ec2.NewFromConfig(cloud(*r.asks("region")))
		rule := ec2types.IpPermission{
			IpProtocol: r.asks("protocol"), FromPort: r.asksNumber("fromPort"), ToPort: r.asksNumber("toPort"),
		}
		if group := r.asks("sourceSecurityGroupId"); *group != "" {
			rule.UserIdGroupPairs = []ec2types.UserIdGroupPair{{GroupId: group}}
		}
		blocks, _, _ := unstructured.NestedStringSlice(r.Object, "spec", "forProvider", "cidrBlocks")
		for _, block := range blocks {
			rule.IpRanges = append(rule.IpRanges, ec2types.IpRange{CidrIp: &block})
		}
		lists, _, _ := unstructured.NestedStringSlice(r.Object, "spec", "forProvider", "prefixListIds")
		for _, list := range lists {
			rule.PrefixListIds = append(rule.PrefixListIds, ec2types.PrefixListId{PrefixListId: &list})
		}
		var err error
		if *r.asks("type") == "egress" {
			_, err = svc.RevokeSecurityGroupEgress(ctx,
				&ec2.RevokeSecurityGroupEgressInput{
					GroupId: r.asks("securityGroupId"), IpPermissions: []ec2types.IpPermission{rule},
				})
		} else {
			_, err = svc.RevokeSecurityGroupIngress(ctx,
				&ec2.RevokeSecurityGroupIngressInput{
					GroupId: r.asks("securityGroupId"), IpPermissions: []ec2types.IpPermission{rule},
				})
		}
		return err
	},
}
