package validate

import (
	"testing"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
	"github.com/kasha-platform/kasha/function/internal/window"
)

func TestWindowMeetsDaily(t *testing.T) {
	cases := map[string]struct {
		reason      string
		backup      string
		maintenance string
		want        bool
	}{
		"Apart": {"There are hours between them.", "03:00-04:00", "sun:06:00-sun:07:00", false},
		"Adjacent": {
			"A window does not include its last minute.",
			"03:00-04:00", "sun:04:00-sun:05:00", false,
		},
		"BackupInside": {
			"Maintenance begins before the backup and ends after it.",
			"03:00-04:00", "sun:02:00-sun:05:00", true,
		},
		"MaintenanceInside": {
			"The backup begins before the maintenance and ends after it.",
			"03:00-06:00", "wed:04:00-wed:05:00", true,
		},
		"OverMidnight": {"The backup runs past midnight.", "23:30-00:30", "tue:00:00-tue:01:00", true},
		"OverTheWeekend": {
			"The maintenance runs past the end of the week.",
			"00:15-00:45", "sun:23:30-mon:00:30", true,
		},
		"BackupOfSunday": {
			"The last backup of the week runs past its end.",
			"23:30-00:30", "mon:00:00-mon:00:45", true,
		},
		"MoreThanADay": {
			"A maintenance of 24 hours overlaps every backup.",
			"03:00-04:00", "sun:06:00-mon:06:00", true,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			backup, ok := window.Daily(tc.backup)
			if !ok {
				t.Fatalf("window.Daily(%q) failed", tc.backup)
			}
			maintenance, ok := window.Weekly(tc.maintenance)
			if !ok {
				t.Fatalf("window.Weekly(%q) failed", tc.maintenance)
			}
			if got := maintenance.MeetsDaily(backup); got != tc.want {
				t.Errorf("%s\nmeetsDaily(...) = %t, want %t", tc.reason, got, tc.want)
			}
		})
	}
}

func TestImage(t *testing.T) {
	cases := map[string]bool{
		"nginx":                                true,
		"public.ecr.aws/nginx/nginx:1.29":      true,
		"localhost:5000/shop:1":                true,
		"registry.example.org/a/b_c/d--e:v1.0": true,
		"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop@sha256:" +
			"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855": true,
		"":                            false,
		"nginx:":                      false,
		"registry.example.org/":       false,
		"https://registry.io/nginx":   false,
		"registry.io/a//b":            false,
		"registry.io/shop@sha256:abc": false,
		"registry.io/shop:a b":        false,
	}
	for ref, want := range cases {
		if got := image.MatchString(ref); got != want {
			t.Errorf("image.MatchString(%q) = %t, want %t", ref, got, want)
		}
	}
}

// TestImageIsTheSchemas checks that the schema's CEL rule has the same expression for
// images.
func TestImageIsTheSchemas(t *testing.T) {
	crd, err := schema.CRD()
	if err != nil {
		t.Fatal(err)
	}
	spec := crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"]
	for _, name := range []string{"frontend", "backend"} {
		rules := spec.Properties[name].Properties["image"].XValidations
		if want := "self.matches('" + image.String() + "')"; len(rules) != 1 || rules[0].Rule != want {
			t.Errorf("spec.%s.image has the rules %+v, want %s", name, rules, want)
		}
	}
}

// TestClaimIsTotal checks that Claim rejects an empty claim and does not panic.
func TestClaimIsTotal(t *testing.T) {
	if errs := Claim(plan.New(stack.New(stack.Input{Claim: &v1alpha1.KashaClaim{}}))); len(errs) == 0 {
		t.Error("Claim(empty claim) found nothing wrong")
	}
}

// TestLivingSchemaKeepsItsName: a name that AWS has accepted is not refused later, even if
// MySQL reserves it.
func TestLivingSchemaKeepsItsName(t *testing.T) {
	c := &v1alpha1.KashaClaim{}
	c.Spec.Database.Name = "select"
	primary := func(name string) map[stack.Key]stack.Observed {
		return map[stack.Key]stack.Observed{keys.Primary: stacktest.Object{
			"metadata": map[string]any{"annotations": map[string]any{"crossplane.io/external-name": "shop"}},
			"spec":     map[string]any{"forProvider": map[string]any{"dbName": name}},
		}}
	}
	cases := map[string]struct {
		reason   string
		observed map[stack.Key]stack.Observed
		refused  bool
	}{
		"New":    {"RDS would refuse it.", nil, true},
		"Living": {"The schema exists.", primary("select"), false},
		"Other":  {"Another schema exists, and RDS cannot rename it.", primary("kasha"), true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := DatabaseNameIsFree(plan.New(stack.New(stack.Input{Claim: c, Observed: tc.observed})))
			if (len(got) > 0) != tc.refused {
				t.Errorf("%s the function says %v", tc.reason, got)
			}
		})
	}
}

// TestRegionsThatAWSOpens: a region that this version of Kasha does not know works as soon
// as the claim names CloudFront's prefix list there.
func TestRegionsThatAWSOpens(t *testing.T) {
	c := &v1alpha1.KashaClaim{}
	c.Spec.Region = "us-west-9"
	if got := RegionHasCloudFront(plan.New(stack.New(stack.Input{Claim: c}))); len(got) == 0 {
		t.Error("a region that does not exist is accepted")
	}
	c.Spec.Edge.OriginPrefixListID = "pl-3b927c52"
	if got := RegionHasCloudFront(plan.New(stack.New(stack.Input{Claim: c}))); len(got) > 0 {
		t.Errorf("a new region is refused: %v", got)
	}
}

// TestLivingClaimKeepsItsZone: a claim that lived before Kasha knew the zone cannot change
// its zones, so to refuse it would only stop its updates.
func TestLivingClaimKeepsItsZone(t *testing.T) {
	c := &v1alpha1.KashaClaim{}
	c.Spec.Region = "ca-central-1"
	c.Spec.AvailabilityZones = []string{"ca-central-1a", "ca-central-1d"}
	vpc := stacktest.Object{"status": map[string]any{"atProvider": map[string]any{"id": "vpc-0123456789abcdef0"}}}
	living := map[stack.Key]stack.Observed{keys.VPC: vpc}

	if errs := ZonesAreOfRegion(plan.New(stack.New(stack.Input{Claim: c}))); len(errs) != 1 {
		t.Errorf("a new claim in a zone without Fargate: %v, want one error", errs)
	}
	if errs := ZonesAreOfRegion(plan.New(stack.New(stack.Input{Claim: c, Observed: living}))); len(errs) != 0 {
		t.Errorf("a living claim is refused: %v", errs)
	}
}
