"""What may be published: rules, complementary suppression, comparability of waves."""
