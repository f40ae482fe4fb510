//! The knowledge of a small shop, as its owner would write it: what most tests ask about.

pub const HOURS: (&str, &str) = (
    "hours.md",
    "# Opening hours\n\nOur workshop is open Monday to Friday from 9 am to 6 pm, and on Saturday from 10 am to 2 pm.\n\
     On Sundays and public holidays we are closed.\n",
);

pub const RETURNS: (&str, &str) = (
    "policies/returns.md",
    "# Returns and refunds\n\n## How long\n\nYou may return any unused item within 30 days of delivery for a full refund.\n\n\
     ## How\n\nWrite to us for a label. The refund is paid back within five working days.\n",
);

pub const SHIPPING: (&str, &str) = (
    "shipping.md",
    "# Shipping\n\nStandard shipping costs 4.90 euros and takes two to three working days. Orders above 80 euros ship free.\n",
);

pub const SHOP: &[(&str, &str)] = &[HOURS, RETURNS, SHIPPING];
