package awsfacts

import "testing"

func TestMemoryGiB(t *testing.T) {
	cases := map[string]struct {
		reason string
		class  string
		want   float64
		known  bool
	}{
		"Micro":      {"the smallest", "db.t3.micro", 1, true},
		"Medium":     {"burstable classes follow the scheme below large too", "db.t4g.medium", 4, true},
		"Large":      {"the size of which the others are multiples", "db.r8g.large", 16, true},
		"XLarge":     {"twice the size large", "db.m7g.xlarge", 16, true},
		"Multiple":   {"32 times the size large", "db.r6g.16xlarge", 512, true},
		"NotBelow":   {"a medium size of another family may not follow the scheme", "db.m6gd.medium", 0, false},
		"OtherLaw":   {"x classes have a different scheme", "db.x2g.large", 0, false},
		"NotAClass":  {"a text that is not a class has no memory", "large", 0, false},
		"NotASize":   {"a size that does not exist", "db.r6g.huge", 0, false},
		"NoMultiple": {"zero is not a multiple", "db.r6g.0xlarge", 0, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, known := MemoryGiB(tc.class)
			if known != tc.known || known && got != tc.want {
				t.Errorf("%s: MemoryGiB(%q) = %v, %v; want %v, %v", tc.reason, tc.class, got, known, tc.want, tc.known)
			}
		})
	}
}

func TestMaxConnections(t *testing.T) {
	got, known := MaxConnections("db.t4g.medium")
	if !known || int(got) != 341 {
		t.Errorf("MaxConnections(db.t4g.medium) = %v, %v; want 341", got, known)
	}
}

func TestCPUCreditsPerHour(t *testing.T) {
	cases := map[string]struct {
		reason string
		class  string
		want   float64
		known  bool
	}{
		"Micro":        {"the smallest", "db.t3.micro", 12, true},
		"Medium":       {"small and medium earn the same, with another number of vCPUs", "db.t4g.medium", 24, true},
		"UpperCase":    {"RDS accepts upper case", "db.T4G.Large", 36, true},
		"NotBurstable": {"a class with full CPU has no credits", "db.m7g.large", 0, false},
		"NotASize":     {"a size that does not exist", "db.t3.huge", 0, false},
		"NotAClass":    {"a text that is not a class", "t3.micro", 0, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, known := CPUCreditsPerHour(tc.class)
			if got != tc.want || known != tc.known {
				t.Errorf("%s: CPUCreditsPerHour(%q) = %v, %v; want %v, %v",
					tc.reason, tc.class, got, known, tc.want, tc.known)
			}
		})
	}
}
