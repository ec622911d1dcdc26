package validate

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stackid"
)

const maxName = 40

var claimName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// reservedName matches the names that a security group, a load balancer or a bucket
// may not have.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html,
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
var reservedName = regexp.MustCompile(`^(sg|internal|sthree|amzn)(-|$)`)

// NameFitsAWS checks the claim's name against the strictest rules of the resources that
// are named after it: an RDS identifier begins with a letter and has no two hyphens in
// a row, a load balancer's name has no dots, and all of them need room for a suffix.
func NameFitsAWS(p *plan.Plan) []error {
	c := p.Claim
	n := c.GetName()
	if reservedName.MatchString(n) {
		return one("metadata.name", "cannot use %q: AWS keeps names that begin with sg-, internal-, sthree- or amzn- "+
			"for itself, and security groups, load balancers and buckets are named after the claim; "+
			"choose another beginning", n)
	}
	if len(n) > maxName || !claimName.MatchString(n) {
		return one("metadata.name", "cannot use %q: databases and load balancers are named after the claim, and AWS "+
			"allows them only letters, digits and single hyphens; "+
			"choose a name that begins with a letter and has at most %d lower-case letters, digits and single hyphens",
			n, maxName)
	}
	return nil
}

// AdoptedStackIsTheClaims requires that the stack which a claim adopts has the claim's name.
func AdoptedStackIsTheClaims(p *plan.Plan) []error {
	if p.Claim.Spec.Adopt == nil {
		return nil
	}
	if err := stackid.Adoptable(p.Claim.GetName(), p.Claim.Spec.Adopt.StackID); err != nil {
		return one("spec.adopt.stackID", "%v", err)
	}
	return nil
}

var region = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[0-9]$`)

// ownTag matches the keys of tags that Kasha and Crossplane's provider set themselves. IAM
// does not tell keys apart by the case of their letters.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
// https://github.com/crossplane/crossplane-runtime/blob/v2.2.0/pkg/resource/resource.go (GetExternalTags)
var ownTag = regexp.MustCompile(`(?i)^(name|crossplane-(kind|name|providerconfig))$`)

// kashaTag matches Kasha's own keys, which IAM takes for the same in other letters. A claim of v0.1.0 may live with
// another key that begins like these.
var kashaTag = regexp.MustCompile(`(?i)^kasha[.]io/(claim|namespace|stack)$`)

// RegionHasCloudFront requires a region of the partition that has CloudFront and the
// global WAF: a distribution cannot use certificates, logs or a WAF of another partition.
func RegionHasCloudFront(p *plan.Plan) []error {
	c := p.Claim
	r := c.Spec.Region
	if !region.MatchString(r) {
		return one("spec.region", "cannot use %q: it is not the name of an AWS region; write for example us-east-1", r)
	}
	if p := awsfacts.Partition(r); p != awsfacts.AWS {
		return one("spec.region", "cannot use %q: it is in the partition %s, but every claim is served through "+
			"CloudFront with WAF, which exist only in the partition aws; "+
			"choose a commercial region, for example eu-central-1", r, p)
	}
	// With the prefix list, a region that AWS has opened since works like the others.
	if !awsfacts.IsRegion(r) && c.Spec.Edge.OriginPrefixListID == "" {
		return one("spec.region", "cannot use %q: %s; or set edge.originPrefixListID, if AWS has opened the region "+
			"since", r, noSuchRegion())
	}
	return nil
}

// noSuchRegion says which regions there are.
func noSuchRegion() string {
	return "Kasha knows no such region; write one of " + strings.Join(awsfacts.Regions(), ", ")
}

// ZonesAreOfRegion requires two or three distinct zones of the region. Zones are
// immutable, so Kasha does not choose zones in a region where accounts have different
// ones.
func ZonesAreOfRegion(p *plan.Plan) []error {
	c := p.Claim
	const field = "spec.availabilityZones"
	zones := c.Spec.AvailabilityZones
	if why := awsfacts.ZonesDiffer(c.Spec.Region); why != "" && len(zones) == 0 {
		return one(field, "cannot leave it empty in %s: %s, and zones are immutable; "+
			"list two or three zones whose IDs have Fargate and NAT gateways, as "+
			"docs/network.md says, or [%sa, %sb] if the "+
			"claim already runs, because those are its zones", c.Spec.Region, why, c.Spec.Region, c.Spec.Region)
	}

	var errs []error
	if n := len(zones); n < 2 || n > 3 {
		errs = append(errs, refuse(field, "cannot use %d availability zones: "+
			"a database needs two to survive the loss of one, and the VPC has room for three; list two or three", n))
	}
	for i, z := range zones {
		if letter, ok := strings.CutPrefix(z, c.Spec.Region); !ok || !zoneLetter.MatchString(letter) {
			errs = append(errs, refuse(field, "cannot use %q in %s: every zone must belong to spec.region; "+
				"name each zone as the region followed by one letter, for example us-east-1a in us-east-1",
				z, c.Spec.Region))
		}
		// A living claim keeps its zones, because they are immutable.
		if id := awsfacts.WithoutFargate(z); id != "" && !p.Lives() {
			errs = append(errs, refuse(field, "cannot use %q: it is the zone %s, in which Fargate runs no tasks; "+
				"list zones whose IDs have Fargate, as docs/network.md says, for example %sa and %sb",
				z, id, c.Spec.Region, c.Spec.Region))
		}
		if slices.Contains(zones[:i], z) {
			errs = append(errs, refuse(field, "cannot use %q twice: two zones with one name are one zone; "+
				"list each zone once", z))
		}
	}
	return errs
}

var zoneLetter = regexp.MustCompile(`^[a-z]$`)

const (
	maxTags     = 40
	maxTagKey   = 128
	maxTagValue = 256
	// maxTagBytes keeps the response of a claim with the most resources below the 4 MiB
	// that Crossplane takes: all of them carry all tags.
	maxTagBytes    = 4096
	kashaTagPrefix = "kasha.io/"
	awsTagPrefix   = "aws:"
)

// tagText matches the characters that every AWS service allows in tags:
// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
var tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// TagsAreAllowed checks tags against what every AWS service allows, so that AWS does not
// reject some resources for their tags after it has created others.
func TagsAreAllowed(p *plan.Plan) []error {
	c := p.Claim
	const field = "spec.tags"
	tags := c.Spec.Tags

	var errs []error
	if n := len(tags); n > maxTags {
		errs = append(errs, refuse(field, "cannot use %d tags: AWS allows 50, and Kasha adds some of its own; "+
			"use at most %d", n, maxTags))
	}
	if n := bytesOf(tags); n > maxTagBytes {
		errs = append(errs,
			refuse(field, "cannot use tags of %d bytes: their keys and values have more than %d bytes together, and "+
				"every resource carries all of them; shorten them", n, maxTagBytes))
	}
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		switch v := string(tags[k]); {
		case ownTag.MatchString(k):
			errs = append(errs,
				refuse(field, "cannot use the tag %q: Kasha and Crossplane set Name, crossplane-kind, "+
					"crossplane-name and crossplane-providerconfig on every resource, and IAM "+
					"does not tell keys apart by "+
					"the case of their letters; choose another key", k))
		case slices.ContainsFunc(slices.Collect(maps.Keys(tags)), func(o string) bool {
			return o < k && strings.EqualFold(o, k)
		}):
			errs = append(errs, refuse(field, "cannot use the tag %q: IAM does not tell keys apart by the case of "+
				"their letters; give each tag a key of its own", k))
		case strings.HasPrefix(strings.ToLower(k), awsTagPrefix), strings.HasPrefix(k, kashaTagPrefix),
			kashaTag.MatchString(k):
			errs = append(errs, refuse(field, "cannot use the tag %q: keys that begin with aws: "+
				"or kasha.io/ are reserved; choose another key", k))
		case k == "", len([]rune(k)) > maxTagKey, len([]rune(v)) > maxTagValue:
			errs = append(errs, refuse(field, "cannot use the tag %q: AWS allows keys of 1 to %d and values of at "+
				"most %d characters; shorten it", k, maxTagKey, maxTagValue))
		case !tagText.MatchString(k), !tagText.MatchString(v):
			errs = append(errs, refuse(field, "cannot use the tag %q: AWS allows letters, digits, spaces and _ . : "+
				"/ = + - @ in keys and values; remove the other characters", k))
		}
	}
	return errs
}

func bytesOf(tags map[string]v1alpha1.TagValue) int {
	n := 0
	for k, v := range tags {
		n += len(k) + len(v)
	}
	return n
}

// maxBudget is the largest monthly budget in USD.
const maxBudget = 100_000_000

// BudgetIsAnAmount wants a number of dollars, or what follows the estimate.
func BudgetIsAnAmount(p *plan.Plan) []error {
	usd := p.Claim.Spec.Alarms.MonthlyBudgetUSD
	switch {
	case usd == nil, usd.Type == intstr.String && usd.StrVal == v1alpha1.BudgetAuto,
		usd.Type == intstr.Int && usd.IntVal >= 1 && usd.IntVal <= maxBudget:
		return nil
	}
	return one("spec.alarms.monthlyBudgetUSD", "cannot use this budget: it is neither a number of US dollars from 1 "+
		"to %d nor auto; write for example 500, or auto", maxBudget)
}
