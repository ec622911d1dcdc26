package awsfacts

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// MemoryGiB returns the memory of an RDS instance class in GiB, and whether it is known.
// AWS follows a scheme: each family has one memory size for its size large, and every size
// above is a multiple of it.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
func MemoryGiB(class string) (float64, bool) {
	parts := strings.Split(strings.ToLower(class), ".")
	if len(parts) != 3 || parts[0] != "db" || parts[1] == "" {
		return 0, false
	}
	large, ok := largeGiB[parts[1][:1]]
	if !ok || strings.HasPrefix(parts[1], "x") {
		return 0, false
	}
	size := parts[2]
	if part, ok := belowLarge[size]; ok {
		// Below large, only the burstable families are sure to follow the scheme.
		return large * part, parts[1][:1] == "t" || size == "large"
	}
	n, is := strings.CutSuffix(size, "xlarge")
	if n == "" && is {
		return 2 * large, true
	}
	times, err := strconv.Atoi(n)
	return 2 * large * float64(times), is && err == nil && times > 0
}

// largeGiB is the memory of the size large in GiB, by the family's letter.
var largeGiB = map[string]float64{"t": 8, "m": 8, "r": 16}

// belowLarge are the sizes up to large, as fractions of large.
var belowLarge = map[string]float64{"micro": 1.0 / 8, "small": 1.0 / 4, "medium": 1.0 / 2, "large": 1}

// bytesPerConnection is the divisor in RDS's default for MySQL's max_connections: an
// instance's memory in bytes divided by this number.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
const bytesPerConnection = 12582880

// MaxConnections returns approximately how many connections MySQL allows on an instance
// class by default, and whether that is known. MySQL allows slightly fewer, because the
// system itself needs an undocumented part of the memory.
func MaxConnections(class string) (float64, bool) {
	gib, ok := MemoryGiB(class)
	return gib * (1 << 30) / bytesPerConnection, ok
}

// MaxAuroraConnections returns about how many connections Aurora MySQL allows by default on a
// node with so much memory, in GiB: a thousand for 16 GiB and one more for each doubling, and
// few below. Where AWS's table has a step, it is the step below.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Performance.html
func MaxAuroraConnections(gib float64) float64 {
	const many, perDoubling, few = 16, 1000, 45
	switch {
	case gib >= many:
		return perDoubling * (1 + math.Floor(math.Log2(gib/many)))
	case gib >= 2:
		return few * math.Floor(math.Log2(gib))
	}
	return few
}

// CPUCreditsPerHour returns how many CPU credits an instance of a burstable class earns in
// an hour, and false for a class that is not burstable. The classes of the families t3 and
// t4g earn the same.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html
func CPUCreditsPerHour(class string) (float64, bool) {
	parts := strings.Split(strings.ToLower(class), ".")
	if len(parts) != 3 || parts[0] != "db" || !strings.HasPrefix(parts[1], "t") {
		return 0, false
	}
	credits, ok := creditsPerHour[parts[2]]
	return credits, ok
}

var creditsPerHour = map[string]float64{
	"micro": 12, "small": 24, "medium": 24, "large": 36, "xlarge": 96, "2xlarge": 192,
}

// IsImpossibleClass tells whether AWS's scheme of sizes has no such class: only burstable
// families and the oldest have sizes below large, and none of them is larger than 2xlarge.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
func IsImpossibleClass(class string) bool {
	family, size, ok := familyAndSize(class)
	if !ok {
		return false
	}
	if _, below := belowLarge[size]; below && size != "large" {
		return !slices.ContainsFunc(withSmallSizes, func(p string) bool { return strings.HasPrefix(family, p) })
	}
	_, has := creditsPerHour[size]
	return strings.HasPrefix(family, "t") && !has && size != "large"
}

// withSmallSizes begin the families with sizes below large. The last two are AWS's oldest.
var withSmallSizes = []string{"t", "m1", "m3"}

// KnowsClass tells whether Kasha knows the family and the size of an instance class. It does
// not know what AWS has added since.
func KnowsClass(class string) bool {
	family, size, ok := familyAndSize(class)
	return ok && slices.Contains(families, family) && slices.Contains(sizes, size)
}

func familyAndSize(class string) (family, size string, ok bool) {
	parts := strings.Split(class, ".")
	if len(parts) != 3 || parts[0] != "db" {
		return "", "", false
	}
	return parts[1], parts[2], true
}

// families are those of RDS for MySQL, and older ones with another engine's: the list is for
// a warning, which a real class must not get.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html
var families = strings.Fields(`t2 t3 t4g m3 m4 m5 m5d m6g m6gd m6i m6id m6idn m6in m7g m7gd m7i m8g m8gd
	r3 r4 r5 r5b r5d r6g r6gd r6i r6id r6idn r6in r7g r7gd r7i r8g r8gd x1 x1e x2g x2idn x2iedn x2iezn z1d c6gd`)

var sizes = strings.Fields(`micro small medium large xlarge 2xlarge 3xlarge 4xlarge 6xlarge 8xlarge 9xlarge 10xlarge
	12xlarge 16xlarge 18xlarge 24xlarge 32xlarge 48xlarge metal metal-24xl metal-48xl`)
