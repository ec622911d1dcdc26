package prices

import (
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/function/internal/awsfacts"
)

// TestManyClassesHavePrices: RDS's classes and regions are from a list, and the list is all there.
func TestManyClassesHavePrices(t *testing.T) {
	for e, least := range map[Engine]int{MySQL: 250, AuroraMySQL: 75, Valkey: 85, Redis: 85} {
		priced := 0
		for _, class := range Classes(e) {
			for _, r := range Regions(e) {
				if p, ok := Class(e, class, r); ok {
					priced++
					if p.USD <= 0 || p.USD > 1000 || p.Date == "" || !strings.Contains(p.Source, "data/") ||
						p.Region != r {
						t.Errorf("%s %s in %s: %+v", e, class, r, p)
					}
				}
			}
		}
		if n := len(Classes(e)); n < least || len(Regions(e)) < 30 || priced < 10*n {
			t.Errorf("%s: %d classes, %d regions and %d prices", e, n, len(Regions(e)), priced)
		}
		for _, r := range Regions(e) {
			if !awsfacts.IsRegion(r) {
				t.Errorf("%s has prices of %s, which is no region", e, r)
			}
		}
	}
}

func TestClass(t *testing.T) {
	cases := map[string]struct {
		reason        string
		engine        Engine
		class, region string
		want          float64
	}{
		"MySQL":      {"As AWS's page has it.", MySQL, "db.t4g.medium", "us-east-1", 0.065},
		"Region":     {"Another region has another price.", MySQL, "db.t4g.medium", "eu-central-1", 0.074},
		"UpperCase":  {"AWS takes any case.", MySQL, "DB.T4G.Medium", "us-east-1", 0.065},
		"Aurora":     {"A standard cluster, not I/O-Optimized.", AuroraMySQL, "db.t4g.medium", "us-east-1", 0.073},
		"Valkey":     {"A fifth less than Redis.", Valkey, "cache.t4g.micro", "us-east-1", 0.0128},
		"Redis":      {"The same node.", Redis, "cache.t4g.micro", "us-east-1", 0.016},
		"NotThere":   {"AWS does not have the class in the region.", MySQL, "db.r8g.large", "eu-west-2", 0},
		"NoClass":    {"It has no line.", MySQL, "db.x9z.huge", "us-east-1", 0},
		"Beginning":  {"The beginning of a class is none.", MySQL, "db.t4g", "us-east-1", 0},
		"NoRegion":   {"It has no column.", MySQL, "db.t4g.medium", "eu-nowhere-1", 0},
		"Column":     {"The number of vCPUs is no price.", MySQL, "db.t4g.medium", "vcpu", 0},
		"HeadOfFile": {"The line of the columns is no class.", MySQL, "class", "us-east-1", 0},
		"Empty":      {"No class.", MySQL, "", "us-east-1", 0},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, ok := Class(tc.engine, tc.class, tc.region)
			if got.USD != tc.want || ok != (tc.want > 0) {
				t.Errorf("%s %v %v, want %v", tc.reason, got.USD, ok, tc.want)
			}
		})
	}
}

func TestVCPUs(t *testing.T) {
	for class, want := range map[string]int{
		"db.t4g.medium": 2, "db.r8g.xlarge": 4, "db.M5.4xlarge": 16, "db.x9z.huge": 0,
	} {
		if got, ok := VCPUs(MySQL, class); got != want || ok != (want > 0) {
			t.Errorf("%s has %d vCPUs, %v; want %d", class, got, ok, want)
		}
	}
}

// TestPricesByHand: each has all that a reader needs to check it.
func TestPricesByHand(t *testing.T) {
	areas := []string{
		"north-america", "europe", "africa-middle-east", "south-america", "japan", "australia", "asia", "india",
	}
	day := regexp.MustCompile(`^20\d\d-\d\d-\d\d$`)
	for _, p := range All() {
		known := p.Region == Everywhere || awsfacts.IsRegion(p.Region) || slices.Contains(areas, p.Region)
		if !known || p.USD <= 0 || p.Unit == "" || !day.MatchString(p.Date) ||
			!strings.HasPrefix(p.Source, "https://aws.amazon.com/") || p.Seen == "" {
			t.Errorf("the price of %s in %s is incomplete: %+v", p.Item, p.Region, p)
		}
	}
	// A line that cannot be read would be no price, and a second one of an item would hide the first.
	lines := 0
	for name, text := range files() {
		for _, row := range rows(text) {
			if row[0] == "item" {
				continue
			}
			lines++
			if _, err := strconv.ParseFloat(row[2], 64); err != nil || len(row) != 7 {
				t.Errorf("%s: cannot read %q", name, row)
			}
		}
	}
	if n := len(All()); n != lines || n < 80 {
		t.Errorf("%d lines are %d prices", lines, n)
	}
}

func TestOf(t *testing.T) {
	cases := map[string]struct {
		reason       string
		item, region string
		want         float64
	}{
		"Region":     {"The region's own price.", "ec2/nat-gateway-hour", "eu-central-1", 0.052},
		"Everywhere": {"The price is the same in all regions.", "kms/key-month", "eu-south-2", 1},
		"Missing":    {"No price is taken from another region.", "ec2/nat-gateway-hour", "af-south-1", 0},
		"NoItem":     {"Nobody has entered it.", "ec2/nothing", "us-east-1", 0},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, ok := Of(tc.item, tc.region)
			if got.USD != tc.want || ok != (tc.want > 0) {
				t.Errorf("%s %v %v, want %v", tc.reason, got.USD, ok, tc.want)
			}
		})
	}
}

func TestHighest(t *testing.T) {
	if p, ok := Highest("ec2/nat-gateway-hour"); !ok || p.USD != 0.062 || p.Region != "ap-northeast-1" {
		t.Errorf("the dearest NAT gateway: %+v, %v", p, ok)
	}
	if p, ok := Highest("ec2/nothing"); ok {
		t.Errorf("an item without a price has %+v", p)
	}
}

// TestSecondWitness compares our prices with what somebody else has published. They round to a cent.
func TestSecondWitness(t *testing.T) {
	b, err := os.ReadFile("testdata/infracost.tsv")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, row := range rows(string(b)) {
		if row[0] == "item" {
			continue
		}
		seen++
		quantity, _ := strconv.ParseFloat(row[2], 64)
		usd, _ := strconv.ParseFloat(row[3], 64)
		p, ok := Of(row[0], row[1])
		if engine, class, is := strings.Cut(row[0], "/"); is && slices.Contains(Engines(), Engine(engine)) {
			p, ok = Class(Engine(engine), class, row[1])
		}
		if got := p.USD * quantity; !ok || math.Abs(got-usd) > 0.0051 {
			t.Errorf("%s %s in %s cost %.4f USD, and %s of infracost says %.2f", row[2], row[0], row[1], got, row[4],
				usd)
		}
	}
	if seen < 40 {
		t.Errorf("the witness speaks of %d prices only", seen)
	}
}
