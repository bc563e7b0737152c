"""The word lists keep their rules: a passphrase is safe to draw, easy to write, kind to read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, cast

import pytest

from crypto.words import LANGUAGES, Language, words
from crypto.words.mirror import MIRROR_DIR, main, render


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Parts that no word may contain. German ones without umlauts, or in the transliterated spelling.
DENIED_PARTS: Final[dict[Language, frozenset[str]]] = {
    "de": _set(
        """
        abgrund absturz alkohol amok angriff angst anwalt arsch arznei arzt asyl baby beerdig
        betrug bibel bier blut bombe brand bruder brust busen christ daemon dieb drog droh dumm
        einbrech einsam elend eltern entzug erhaeng erot erpress ertrink erwuerg explos feind
        fessel feuer fick fieber flamme flucht folter fotze furcht galgen geburt gefaengn gefahr
        gefecht gegner geil geisel geist gericht gespenst gewalt gewehr gift gitter gleis gott grab
        granate grausam hass hebamme heilig henker heroin hintern hitler hoelle hunger hure husten
        idiot infekt inzest islam jude kampf kanone katastroph keller kerker kind kirche klinik
        klippe kloster knast koks kommunis kotz krank krebs krieg kriminal kummer kuss lawine
        leiche leiden luege macht magersucht messer missbrauch misshand mobbing moerd mord moschee
        mumie muslim mutter nackt nadel narbe narko nazi nonne nutte onkel opfer orgas panik panzer
        papst parlament partei patient peitsch penis pfarr pflegeheim pille pisse pistol polit
        polizei porn priester prostit pruegel pulver raeub rassis revolver saebel samen sarg satan
        scham schande scheid scheiss schlag schlamp schmerz schnaps schuld schuss schwert schwester
        seil selbstmord seuche sex sklav soldat spital spritze stasi sterb stiefm strafe streit
        stress strick sturz sucht suende suizid tablett taeter tante teufel toet toilet totschlag
        trauer trauma traurig trennung tumor unfall unglueck vagina vater verbrech verfolg verge
        verlass verletz verlor verlust verrat verreck versag verzweif virus waehler waffen waise
        wein weinen wichser windel witwe wuerg wut zorn zwang zwinge
        """
    ),
    "en": _set(
        """
        abduct abort abus accident addict afraid aggress alcohol alone ambulance amputat anorex
        anxi armed arrest assault asylum attack autopsy baby battle beer behead belly betray bible
        bitch blade blame blood bomb breast bruise brutal bulimi bullet bully burial burn calor
        cancer cannon captiv casket catholic cemet chapel cheat child christ church cigar clinic
        cocain coffin communis condom convict corpse cough crash crime criminal cripple crisis
        cruel curse dagger damn dead death demon depress despair destroy devil dick disaster diseas
        dismal divorc doctor drown drug drunk dying enemy enslave erotic evict evil execut exile
        explos fascis father fear fetus fever fight flame flood fraud fuck funeral fury gallows
        genocid ghetto ghost grenade grief grop guilt harass hatred heroin hitler horror hospital
        hostage hostile hunger hurricane hurt idiot incest infect insult islam jail jewish kidnap
        kill kiss knife liquor loneli lonely marri martyr medic menace minister miser molest mortal
        mosque mother mourn murder muslim naked nazi needle noose nude nurse nymph opium orgasm
        orphan overdose panic parent patient penis pervert pistol poison police politic poop porn
        pray pregnan priest prison prostit puke punch punish pussy racis rape rapist razor refugee
        rehab revenge rifle rival robber ruin sadis satan scare scream senat sex shame shit shoot
        sick sister slaught slave slut smok soldier sorrow soul spirit stabb starv steal stealth
        stomach storm strang stress stupid suffer suicid surgeon surgery sword syring temple terror
        therap thief threat throat toilet tomb tortur toxic tragedy tragic trauma treason tumor
        tumour ugly uncle urin vagin venom victim vietnam violen virgin virus vodka vomit voter
        weapon weary whisky whore widow worry wound
        """
    ),
}

# Words that may not stand alone; as a part they are harmless (arm in warm, ash in splash).
DENIED_WORDS: Final[dict[Language, frozenset[str]]] = {
    "de": _set(
        """
        allein arm atmen auge axt bauch beil bein bett blass brechen dick ehe einzeln ende ernst
        essen fett finger frau fuss gas haar haft hals haut heil herz hieb hirn kalorie klinge knie
        kopf kot lager leber leid lust magen mager mann mund nase niemand niere not ohnmacht ohr
        oma opa po qual qualm rache rasse raub rauch reue richter rum schrei sekt sense sieg sorge
        sorgen stechen stich stief stock stumm tot treten trinken troll urin urne waage waffe wahl
        weh wehr weinen wunde zahn zeh zelle zittern zug
        """
    ),
    "en": _set(
        """
        angel anger anus arm army ash ass aunt axe bar bastard beat bed belt body boob brandy
        bridge brother bum butt cage cell chain cliff cock coke cold court crack cry cuff cut debt
        devil die diet dope elbow elect eye face fail fat fire fist flesh flu foe foot gay gin girl
        god grave gun gut hand hang hate head heart hell heroine hit holy hook hymn ill jump kick
        lap leg liar lie limb lip lost lust mad meth monk mouth neck nose nun orphan pain party
        pill pit pope pot pub rage rail riot rip rob roof rope rot rum sad saint scar sin skin
        skull slap slit sniper sore spank spit spy sting strip suck tank tear thigh tit toe trap
        trigger ulcer vein vest vote war weed weep whip wine wrist yell
        """
    ),
}

# English words with a twin of the same sound: read out, nobody knows which one to write down.
HOMOPHONES: Final = _set(
    """
    accept adapt add adopt advice advise affect air aisle allowed aloud altar alter angel angle ant
    arc ark ate aunt aural bail bale ball balmy band banned bare barmy baron barren base bases
    basis bass bawl bay bazaar be beach bean bear beat bee beech been beer beet beetle bell belle
    berry berth bier billed birth bite bizarre blew blue boar board boarder bold bolder border bore
    bored born borne bough boulder bow bowled boy braid brake brayed bread break bred brewed brews
    bridal bridle broach brooch brows browse bruise build buoy burger burgher bury but butt buy by
    bye byte cache canvas canvass carat caret carrot cash cast caste caught caulk ceiling cell
    cellar cent cereal chased chaste cheap cheater check cheep cheetah cheque chews chili chilli
    chilly choir choose choral chord chute cite clause claws click climb clime clique close clothes
    coal coarse colonel complement compliment coop coral cord core cork corps council counsel coupe
    course court creak creek crewed crews cruise cue currant currants current cygnet cymbal cypress
    dairy dam damn days daze dear deer descent desert dessert device devise dew diary die dissent
    doc dock doe dough draft draught dual ducked duct due duel dye earn effect eight ewe except eye
    faint fair fare fate faze feat feet feint feta fete fetter filter find fined finish finnish fir
    fisher fissure flair flare flaw flea flee flew floe floor flour flow flower flu flue for fore
    foreword fort forth forward foul four fourth fowl frays frees freeze frieze fur gage gait
    gamble gambol gate gauge gene genes genius genus gilt gnu gorilla grate grease great grisly
    grizzly groan grown guerrilla guessed guest guilt guise guys hail hair hale hall hangar hanger
    hare hart haul hay heal hear heard heart heel heir herd here hew hey high higher him hire hoard
    hoarse hoes hole holy hoop horde horse hose hour hue hymn idol inn isle jam jamb jean jeans
    jewel joule jus kernel key knead knew knight knit knob knot know knows kohl lain lama lane laps
    lapse larva lava law lead leak lean leased least led leek lessen lesson liar lichen lien
    lightning liken links llama loan loch lock lone loose loot lore lose lute lynx lyre made
    magnate magnet maid mail main maize male mall mane manner manor mantel mantle mark marque
    marshal marten martial martin mask masque maul maze meat medal meddle meet metal mete meter
    metre mettle mews might mince mind mined miner minor mints missed mist mite moan moat mode mood
    mooed moor mooring moose more morning mote mourning mousse mowed mown muscle muse mussel
    mustard mustered naval navel nay need neigh new night nit nob none nose not nun oar one oral
    ore our owe packed pact pail pain pair palate pale palette pallet panda pander pane pare parka
    parker passed past pasta pastor patience patients pause paws peace peak peal pear pearl peat
    pedal peddle peek peel peer petrel petrol phase philter phrase pidgin pie piece pier pigeon
    pique pitcher place plaice plain plait plane pleas please plum plumb pole poll poplar pore pour
    practice practise praise prays presence presents pride pried pries prince principal principle
    prints prise prize profit prophecy prophet purl purr quarts quartz quay queue quiet quire quite
    rack racket racquet rain raise rap rapper rarebit rays read real red reed reel reign rein rest
    review revue rhyme right rime ring rite road rode roe role roll root rose rote rouge rough
    rouse route row rowed rows rues ruff rumor rung ruse rye sachet sail sale sauce scene scent
    scull sea sealing seam sear seas seated see seem seen seer sees seize sell seller sent serf
    serge serial sew shake shear sheer sheik sheikh sherry shoe shoo shoot shore side sighed sighs
    sight signet sink site size skull slay sleigh sleight slew slight sloe slow soar soared sole
    some son soot sore sort sought soul source sow spade spayed staid stair stake stalk stare
    stayed steak steal steel step steppe stile storey stork story straight strait style suede suit
    suite sum sun sundae sunday sure surf surge swayed swede sweet sweeter sword symbol tacked
    tacks tact tail tale talk taper tapir taught taut tax tea team tear tease tee teem tees tenner
    tenor tern their there threw throe throne through throw thrown thyme tic tick tide tied tier
    tighten timber timbre time tire toad toe toed told tolled ton too torque tow towed tracked
    tract trail trial troop troupe tuba tuber tun tuna tuner turn two tyre urn vain vale vane vary
    veil vein very vial vile wade wail wails waist wait waive wander war ware warn wart waste watt
    wave wax way weak weal wear weather weave wee weed week weigh weighed weight weir wet whacks
    whale what wheel where whet whether whey which whig whiled whine whirl whirled whirred whit
    whither whole wholly whoop whorl wig wile wine wit witch wither wok won wonder woo wood word
    wore world worn would wrack wrap wrapper wrest wring write wrote wrung wry yack yaw yew yoke
    yolk yore you your
    """
)

# The few German words in which ue is no umlaut (besides aue, eue and que).
REAL_UE: Final = frozenset({"duett", "manuell", "statue", "zuerst"})


def _slips(listed: tuple[str, ...]) -> set[tuple[str, str]]:
    """Return all pairs of which one becomes the other by one letter changed, dropped or added."""
    listed_set = set(listed)
    by_pattern: dict[str, list[str]] = {}
    found: set[tuple[str, str]] = set()
    for word in sorted(listed_set):
        for i in range(len(word)):
            shorter = word[:i] + word[i + 1 :]
            if shorter in listed_set:
                found.add((shorter, word))
            twins = by_pattern.setdefault(f"{word[:i]}?{word[i + 1 :]}", [])
            found.update((twin, word) for twin in twins)
            twins.append(word)
    return found


def _has_prefix_pair(listed: tuple[str, ...]) -> bool:
    """Tell whether a word is the beginning of another word; equal words do not count."""
    heads = {word[:i] for word in listed for i in range(len(word))}
    return not heads.isdisjoint(listed)


def _denied(language: Language, word: str) -> bool:
    parts = DENIED_PARTS[language]
    return word in DENIED_WORDS[language] or any(part in word for part in parts)


def _transliterated(word: str) -> bool:
    return word not in REAL_UE and re.search("ae|oe|(?<![aeq])ue", word) is not None


def _broken_rules(language: Language, listed: tuple[str, ...]) -> set[str]:
    """Name every rule that this list breaks; the empty set for a good list."""
    rules = {
        "count": len(listed) != 2048,
        "unique": len(set(listed)) != len(listed),
        "letters": any(re.fullmatch("[a-z]*", word) is None for word in listed),
        "length": any(not 3 <= len(word) <= 8 for word in listed),
        "sorted": sorted(listed) != list(listed),
        "prefix": _has_prefix_pair(listed),
        "denied": any(_denied(language, word) for word in listed),
        "slip": bool(_slips(listed)),
        "umlaut": language == "de" and any(_transliterated(word) for word in listed),
        "homophone": language == "en" and any(word in HOMOPHONES for word in listed),
    }
    return {name for name, broken in rules.items() if broken}


def _with(language: Language, word: str) -> tuple[str, ...]:
    """The real list with its first word replaced by another one, in order again."""
    return tuple(sorted((word, *words(language)[1:])))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_breaks_no_rule(language: Language) -> None:
    assert _broken_rules(language, words(language)) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_that_breaks_one_rule_is_caught_by_that_rule(language: Language) -> None:
    listed = words(language)
    assert _broken_rules(language, listed[:-1]) == {"count"}
    assert _broken_rules(language, (*listed[:-1], listed[-2])) == {"unique"}
    assert _broken_rules(language, (listed[1], listed[0], *listed[2:])) == {"sorted"}
    assert _broken_rules(language, _with(language, "jqjqj\u00fc")) == {"letters"}
    assert _broken_rules(language, _with(language, "Jqjqjq")) == {"letters"}
    assert _broken_rules(language, _with(language, "jq")) == {"length"}
    assert _broken_rules(language, _with(language, "jqjqjqjqj")) == {"length"}
    longest = next(word for word in reversed(listed) if len(word) == 8)
    assert _broken_rules(language, _with(language, longest[:6])) == {"prefix"}
    assert _broken_rules(language, _with(language, longest[:7] + "q")) == {"slip"}
    assert _broken_rules(language, _with(language, longest[:3] + longest[4:])) == {"slip"}


@pytest.mark.parametrize(
    ("language", "word"), [("de", "notarzt"), ("de", "qualm"), ("en", "funerals"), ("en", "hang")]
)
def test_a_distressing_word_is_caught(language: Language, word: str) -> None:
    assert _broken_rules(language, _with(language, "jqjqjq")) == set()
    assert "denied" in _broken_rules(language, _with(language, word))


def test_a_transliterated_umlaut_and_a_homophone_are_caught() -> None:
    for word in ("kaefig", "loewe", "buegel"):
        assert _broken_rules("de", _with("de", word)) == {"umlaut"}
    assert _broken_rules("en", _with("en", "queue")) == {"homophone"}


@pytest.mark.parametrize("language", ["", "fr", "DE", "../words/de", "de.txt"])
def test_a_language_without_a_list_is_refused(language: str) -> None:
    with pytest.raises(ValueError, match="no word list"):
        words(cast(Language, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_is_read_once(language: Language) -> None:
    assert words(language) is words(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_file_holds_one_word_a_line_and_nothing_else(language: Language) -> None:
    source = Path(__file__).parents[2] / "crypto" / "words" / f"{language}.txt"
    assert source.read_bytes() == b"".join(word.encode() + b"\n" for word in words(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_browser_has_the_same_list(language: Language) -> None:
    committed = (MIRROR_DIR / f"{language}.js").read_bytes()
    assert committed == render(language).encode("ascii")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mirror_names_its_source_and_carries_every_word_in_order(language: Language) -> None:
    text = render(language)
    assert text.startswith(f"// generated from crypto/words/{language}.txt")
    line = text.splitlines()[-1]
    head, tail = 'export const WORDS = Object.freeze("', '".split(" "));'
    assert line.startswith(head)
    assert line.endswith(tail)
    assert tuple(line[len(head) : -len(tail)].split(" ")) == words(language)


def test_the_mirror_script_writes_one_file_a_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # monkeypatch, because the script has one fixed target and a test must not write there.
    monkeypatch.setattr("crypto.words.mirror.MIRROR_DIR", tmp_path / "words")
    main()
    written = {path.name: path.read_text("ascii") for path in (tmp_path / "words").iterdir()}
    assert written == {f"{language}.js": render(language) for language in LANGUAGES}
