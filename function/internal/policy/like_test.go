package policy

import "testing"

func TestOverlap(t *testing.T) {
	cases := map[string]struct {
		reason, a, b string
		want         bool
	}{
		"Same":     {"A text matches itself.", "a:b", "a:b", true},
		"Other":    {"Two texts have none in common.", "a", "b", false},
		"Star":     {"A star takes the other pattern's text.", "secret:k*", "secret:kasha/*", true},
		"Inside":   {"Both stars are any text.", "*x", "x*", true},
		"Before":   {"The beginnings differ.", "secret:shop/*", "secret:kasha/*", false},
		"Question": {"A question mark is one character.", "secret:?asha/a", "secret:kasha/*", true},
		"Length":   {"It is never none.", "a?", "a", false},
		"Nothing":  {"A star may be nothing.", "a*", "a", true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if Overlap(tc.a, tc.b) != tc.want || Overlap(tc.b, tc.a) != tc.want {
				t.Errorf("%s Overlap(%q, %q) is not %v", tc.reason, tc.a, tc.b, tc.want)
			}
		})
	}
}

func TestLike(t *testing.T) {
	cases := map[string]struct {
		reason, pattern, text string
		want                  bool
	}{
		"Same":       {"A pattern without a star is a text.", "sqs:SendMessage", "sqs:SendMessage", true},
		"Longer":     {"The pattern is about the whole text.", "sqs:Send", "sqs:SendMessage", false},
		"Shorter":    {"The pattern is about the whole text.", "sqs:SendMessage", "sqs:Send", false},
		"Case":       {"Resources have case.", "arn:A", "arn:a", false},
		"End":        {"A star is any text.", "s3:Get*", "s3:GetObject", true},
		"Nothing":    {"A star may be nothing.", "s3:Get*", "s3:Get", true},
		"Slash":      {"A star is also a slash.", "arn:aws:s3:::shop-*", "arn:aws:s3:::shop-a/b:c", true},
		"Middle":     {"A star may be between texts.", "a*c", "abbc", true},
		"Again":      {"A star takes as much as it must.", "a*bc", "abbc", true},
		"Two":        {"Stars are independent.", "*:task/shop-*/*", "arn:aws:ecs:x:1:task/shop-1/2", true},
		"TwoMissed":  {"Each part must be there.", "*:task/shop-*/*", "arn:aws:ecs:x:1:task/shop-1", false},
		"Stars":      {"Stars at the end may be nothing.", "a**", "a", true},
		"One":        {"A question mark is one character.", "allow-ipv?", "allow-ipv6", true},
		"None":       {"A question mark is never nothing.", "allow-ipv?", "allow-ipv", false},
		"Everything": {"A star alone is everything.", "*", "", true},
		"Empty":      {"Nothing is not everything.", "", "a", false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := Like(tc.pattern, tc.text); got != tc.want {
				t.Errorf("%s Like(%q, %q) = %v", tc.reason, tc.pattern, tc.text, got)
			}
		})
	}
}
